import SockTestSupport
import Testing

/// `--bytes`, `--lines`, `--until` and `--quiet-for` end a receiver with 0.
@Suite(.endToEnd) struct ReceiveLimitTests {
  static let limits: [([String], pieces: [String], output: String)] = [
    (["--bytes", "5"], ["abcdefgh"], "abcde"), (["--bytes", "5"], ["ab", "cdef"], "abcde"),
    (["--bytes", "0"], ["a"], ""),
    (["--lines", "2"], ["a\nb", "c\nd\n"], "a\nbc\n"), (["--lines", "1"], ["\n\n"], "\n"),
    (["--until", "END"], ["xENE", "NDy"], "xENEND"), (["--until", "\r\n.\r\n"], ["a\r\n.", "\r\nb"], "a\r\n.\r\n"),
    (["--until", "x", "--lines", "9", "--bytes", "2"], ["abcx"], "ab"),
  ]

  @Test("A connection is read up to the limit, while the peer holds it open", arguments: limits)
  func stream(_ options: [String], pieces: [String], output: String) throws {
    let listener = try SockListener(options, verb: "recv")
    let client = try PythonPeer(
      "c = socket.create_connection(('127.0.0.1', \(listener.port)))\n"
        + "for piece in sys.argv[1:]:\n"
        + "  try: c.sendall(piece.encode()); time.sleep(0.05)\n  except OSError: pass\nhear()", arguments: pieces)
    let outcome = try listener.outcome()
    #expect(outcome.status == 0 && outcome.text == output, "\(outcome)")
    #expect(client.process.isRunning)
  }

  @Test("Of datagrams the payloads are read as one stream", arguments: limits)
  func datagrams(_ options: [String], pieces: [String], output: String) throws {
    let zero = options == ["--bytes", "0"]
    let listener = try zero ? nil : SockListener(options, verb: "udp-recv")
    guard let listener else {
      return #expect(try Sock.run(["udp-recv", "127.0.0.1", "0"] + options).status == 0)
    }
    for piece in pieces { _ = try Sock.run(["udp-send", "127.0.0.1", "\(listener.port)", "--", piece]) }
    let outcome = try listener.outcome()
    #expect(outcome.status == 0 && outcome.text == output, "\(outcome)")
  }

  @Test("A peer that ends before the limit ends the run as usual", arguments: ["--bytes", "--lines", "--until"])
  func earlyEnd(_ option: String) throws {
    let listener = try SockListener([option, "99"], verb: "recv")
    #expect(try Sock.run(["send", "127.0.0.1", "\(listener.port)", "short"]).status == 0)
    let outcome = try listener.outcome()
    #expect(outcome.status == 0 && outcome.text == "short")
  }

  @Test("Each of several connections has the limit")
  func severalConnections() throws {
    let listener = try SockListener(["--count", "2", "--lines", "1"], verb: "recv")
    for _ in 0..<2 { _ = try Sock.run(["send", "127.0.0.1", "\(listener.port)", "a\nb\n"]) }
    let outcome = try listener.outcome()
    #expect(outcome.status == 0 && outcome.text == "a\na\n", "\(outcome)")
  }

  @Test("--quiet-for ends a connection on which nothing has come for so long")
  func quietStream() throws {
    let listener = try SockListener(["--quiet-for", "400ms"], verb: "recv")
    let client = try PythonPeer.client(
      port: listener.port, "for i in range(5): c.sendall(b'x'); time.sleep(0.2)\nhear()")
    let outcome = try listener.outcome()
    #expect(outcome.status == 0 && outcome.text == "xxxxx", "\(outcome)")
    #expect(client.process.isRunning)
  }

  @Test("--quiet-for waits for the first datagram")
  func quietDatagrams() throws {
    let listener = try SockListener(["--udp", "--quiet-for", "200ms"], verb: "recv")
    #expect(listener.process.keepsRunning(for: .milliseconds(600)))
    _ = try Sock.run(["udp-send", "127.0.0.1", "\(listener.port)", "x"])
    let outcome = try listener.outcome()
    #expect(outcome.status == 0 && outcome.text == "x")
  }

  @Test("A shorter --idle than --quiet-for is still 75")
  func idleComesFirst() throws {
    let listener = try SockListener(["--quiet-for", "20s", "--idle", "200ms"], verb: "recv")
    _ = try PythonPeer.client(port: listener.port, "hear()")
    #expect(try listener.outcome().status == 75)
  }

  @Test(
    "Invalid limits are refused",
    arguments: [
      ["--lines", "0"], ["--lines", "x"], ["--until", ""], ["--bytes", "-1"], ["--quiet-for", "x"],
      ["--resume", "--bytes", "1"], ["--resume", "--lines", "1"], ["--resume", "--until", "x"],
    ])
  func invalid(_ words: [String]) throws {
    #expect(try Sock.run(["recv", "127.0.0.1", "0"] + words).status == 64)
  }
}
