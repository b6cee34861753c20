import SockTestSupport
import Testing

/// Ends over TLS: a close_notify is the end of one direction, as a FIN is, and anything less is a failure.
@Suite(.endToEnd) struct TLSEndTests {
  static let versions = ["TLSv1_2", "TLSv1_3"]

  /// A client of sock's and what its server needs.
  private static func connect(
    _ authority: TestAuthority, _ port: Int, _ arguments: [String] = [], verb: String = "connect",
    input: RunningProcess.Input = .null
  ) throws -> RunningProcess {
    try Sock.start([verb, "tls://localhost:\(port)", "--tls-trust", authority.certificate] + arguments, input: input)
  }

  @Test("Our end half-closes: the answer that comes after it arrives", arguments: versions)
  func ourEnd(_ version: String) throws {
    let authority = try TestAuthority()
    let (_, port) = try TLSPeer.pythonServer(
      try authority.issue(), version: version,
      "data = t.read_all()\ntime.sleep(0.3)\nt.write(b'answer to ' + data)\nt.end()\nc.close()")
    let outcome = try Sock.outcome(of: try Self.connect(authority, port, input: .text("the question")))
    #expect(outcome.status == 0 && outcome.text == "answer to the question", "\(outcome)")
  }

  @Test("The peer's end half-closes: it still gets all of the input", arguments: versions)
  func peersEnd(_ version: String) throws {
    let authority = try TestAuthority()
    let (peer, port) = try TLSPeer.pythonServer(
      try authority.issue(), version: version, "t.write(b'last words')\nt.end()\nhear()\nsay(digest(t.read_all()))")
    let sent = RandomData.bytes(3_000_000, seed: 4)
    let sock = try Self.connect(authority, port, input: .pipe)
    try sock.output?.waitForBytes(10)
    try peer.tell()
    let input = try #require(sock.input)
    startThread {
      try? input.write(sent, within: .seconds(30))
      input.close()
    }
    let outcome = try Sock.outcome(of: sock)
    #expect(outcome.status == 0 && outcome.text == "last words")
    let directory = try TemporaryDirectory()
    try writeFile(directory("in"), sent)
    let hash = try RunningProcess("sha256sum", [directory("in")])
    try hash.wait()
    #expect(try hash.output?.text.hasPrefix(peer.reply()) == true)
  }

  @Test("A server's end half-closes, too", arguments: versions)
  func serversEnd(_ version: String) throws {
    let authority = try TestAuthority()
    let listener = try SockListener(["--tls"] + (try authority.issue().arguments), input: .text("from the server"))
    let client = try TLSPeer.pythonClient(
      port: listener.port, trust: authority.certificate, version: version,
      "say(t.read_all().decode())\nt.write(b'later')\nt.end()\nc.close()")
    #expect(try client.reply() == "from the server")
    let outcome = try listener.outcome()
    #expect(outcome.status == 0 && outcome.text == "later")
  }

  @Test("A FIN without a close_notify is a truncation: what came is written, then 74", arguments: versions)
  func truncation(_ version: String) throws {
    let authority = try TestAuthority()
    let pair = try authority.issue()
    let script = "t.write(b'half of it')\nc.shutdown(socket.SHUT_WR)\nreceive_all(c)"
    let (_, port) = try TLSPeer.pythonServer(pair, version: version, script)
    let outcome = try Sock.outcome(of: try Self.connect(authority, port))
    #expect(outcome.status == 74 && outcome.text == "half of it", "\(outcome)")
    #expect(
      outcome.errors
        == "sock: 127.0.0.1:\(port) has ended the connection without a close_notify: something may be missing\n")
    let (_, tolerated) = try TLSPeer.pythonServer(pair, version: version, script)
    let allowed = try Sock.outcome(of: try Self.connect(authority, tolerated, ["--tls-truncation-ok"]))
    #expect(allowed.status == 0 && allowed.text == "half of it" && allowed.errors.isEmpty)
  }

  @Test("A reset is an error, and so is a record that was changed on its way")
  func resets() throws {
    let authority = try TestAuthority()
    let pair = try authority.issue()
    let (peer, port) = try TLSPeer.pythonServer(pair, "t.write(b'x')\nhear()\nreset(c)")
    let sock = try Self.connect(authority, port, input: .pipe)
    try sock.output?.waitForBytes(1)
    try peer.tell()
    let reset = try Sock.outcome(of: sock)
    #expect(reset.status == 74 && reset.errors.contains("ECONNRESET"), "\(reset)")
    let (_, other) = try TLSPeer.pythonServer(
      pair,
      "t.write(b'good')\nt.s.write(b'bad')\ndata = bytearray(t.o.read())\ndata[-1] ^= 1\nc.sendall(data)\nc.recv(9)")
    let changed = try Sock.outcome(of: try Self.connect(authority, other))
    #expect(changed.status == 76 && changed.text == "good", "\(changed)")
    #expect(changed.errors.contains("has sent a record that was damaged or forged on its way"))
  }

  @Test("--no-reply, --send-only and --wait end as they do without TLS")
  func otherEnds() throws {
    let authority = try TestAuthority()
    let pair = try authority.issue()
    let (peer, port) = try TLSPeer.pythonServer(pair, "say(t.read_all().decode())")
    let sent = try Sock.outcome(of: try Self.connect(authority, port, ["--no-reply", "over"], verb: "send"))
    #expect(sent.status == 0, "\(sent)")
    #expect(try peer.reply() == "over")
    let (only, second) = try TLSPeer.pythonServer(pair, "t.write(b'ignored')\nsay(len(t.read_all()))")
    let big = try Self.connect(authority, second, ["--send-only"], input: .bytes(RandomData.bytes(2_000_000, seed: 1)))
    #expect(try Sock.outcome(of: big).status == 0)
    #expect(try only.reply() == "2000000")
    let (_, third) = try TLSPeer.pythonServer(pair, "t.write(b'early')\nhear()")
    let waited = try Sock.outcome(of: try Self.connect(authority, third, ["--wait", "300ms"]))
    #expect(waited.status == 0 && waited.text == "early", "\(waited)")
  }

  @Test("--on-eof keep sends no close_notify, and close ends at once")
  func onEOF() throws {
    let authority = try TestAuthority()
    let pair = try authority.issue()
    let (peer, port) = try TLSPeer.pythonServer(
      pair, "say(t.read().decode())\nsay(select.select([c], [], [], 0.4)[0])\nt.write(b'bye')\nt.end()")
    let kept = try Self.connect(authority, port, ["--on-eof", "keep"], input: .text("kept"))
    #expect(try peer.reply() == "kept")
    #expect(try peer.reply() == "[]")
    let outcome = try Sock.outcome(of: kept)
    #expect(outcome.status == 0 && outcome.text == "bye")
    let (second, other) = try TLSPeer.pythonServer(
      pair, "say(t.read_all().decode())\nsay(receive_all(c) == b'')\nhear()")
    let closed = try Sock.outcome(
      of: try Self.connect(authority, other, ["--on-eof", "close"], input: .text("at once")))
    #expect(closed.status == 0)
    #expect(try second.reply() == "at once")
    #expect(try second.reply() == "True")
  }

  @Test("An idle connection ends with 75, and a slow reader holds up no more than a bounded amount of memory")
  func timesAndMemory() throws {
    let authority = try TestAuthority()
    let pair = try authority.issue()
    let (_, port) = try TLSPeer.pythonServer(pair, "hear()")
    let idle = try Sock.outcome(of: try Self.connect(authority, port, ["--idle", "300ms"], input: .pipe))
    #expect(idle.status == 75)
    let (_, slow) = try TLSPeer.pythonServer(pair, "hear()")
    let sock = try Self.connect(authority, slow, input: .file("/dev/zero"))
    #expect(sock.keepsRunning(for: .milliseconds(800)))
    #expect(try sock.peakResidentBytes() < 32 << 20)
  }
}
