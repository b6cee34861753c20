import Glibc
import SockTestSupport
import Testing

/// `relay`: sides that are protected with TLS.
@Suite(.endToEnd) struct RelayedTLSTests {
  private static func right(_ port: Int, _ authority: TestAuthority, _ more: String = "") -> String {
    "tls://localhost:\(port)?tls-trust=\(authority.certificate)\(more)"
  }

  private static func left(_ pair: TestAuthority.Pair, _ more: String = "") -> String {
    "tls://127.0.0.1:0?tls-cert=\(pair.certificate)&tls-key=\(pair.key)\(more)"
  }

  @Test(
    "The end of a plain client reaches a server with TLS, whose answer comes after it", arguments: TLSEndTests.versions)
  func toServer(_ version: String) throws {
    let authority = try TestAuthority()
    let (_, port) = try TLSPeer.pythonServer(
      try authority.issue(), version: version,
      "data = t.read_all()\ntime.sleep(0.3)\nt.write(digest(data).encode())\nt.end()\nc.close()")
    let relay = try SockListener.relay(["--once"], Self.right(port, authority))
    let client = try PythonPeer.client(
      port: relay.port,
      """
      data = b'to the right ' * 300000
      c.sendall(data)
      c.shutdown(socket.SHUT_WR)
      say(receive_all(c).decode() == digest(data))
      """)
    #expect(try client.reply() == "True")
    let outcome = try relay.outcome()
    #expect(outcome.status == 0 && outcome.errorLines.count == 1, "\(outcome)")
  }

  @Test("The end of a client with TLS reaches a plain server, and the other way round", arguments: TLSEndTests.versions)
  func fromClient(_ version: String) throws {
    let authority = try TestAuthority()
    let (server, port) = try PythonPeer.server(
      "c.sendall(b'welcome')\nc.shutdown(socket.SHUT_WR)\nsay(digest(receive_all(c)))")
    let relay = try SockListener.relay(["--once"], left: Self.left(try authority.issue()), "127.0.0.1:\(port)")
    let client = try TLSPeer.pythonClient(
      port: relay.port, trust: authority.certificate, version: version,
      """
      say(t.read_all().decode())
      data = b'from the left ' * 100000
      say(digest(data))
      t.write(data)
      t.end()
      c.close()
      """)
    #expect(try client.reply() == "welcome")
    #expect(try client.reply() == server.reply())
    #expect(try relay.outcome().status == 0)
  }

  @Test("openssl talks with openssl through two relays that take TLS off and put it on again")
  func openSSL() throws {
    let authority = try TestAuthority()
    let pair = try authority.issue()
    let (_, port) = try TLSPeer.openSSLServer(pair)
    let inner = try SockListener.relay(Self.right(port, authority))
    let outer = try SockListener.relay([], left: Self.left(pair), "127.0.0.1:\(inner.port)")
    let client = try TLSPeer.openSSLClient(
      port: outer.port, ["-quiet", "-verify_return_error", "-CAfile", authority.certificate], input: .pipe)
    try client.input?.write("hello\n")
    try client.output?.waitForLine(containing: "olleh")
    client.input?.close()
  }

  @Test("A server that is not trusted resets the left, and is one line and status 76")
  func notTrusted() throws {
    let authority = try TestAuthority()
    let (_, port) = try TLSPeer.openSSLServer(try authority.issue())
    let relay = try SockListener.relay(["--once", "--retry", "forever"], "tls://localhost:\(port)")
    let client = try PythonPeer.client(
      port: relay.port, "try: say(repr(c.recv(1)))\nexcept ConnectionResetError: say('reset')")
    #expect(try client.reply() == "reset")
    let outcome = try relay.outcome()
    #expect(outcome.status == 76, "\(outcome)")
    #expect(outcome.errorLines.filter { $0.contains("127.0.0.1:\(port) is not trusted") }.count == 1, "\(outcome)")
  }

  @Test(
    "A stream that is cut on one side is a reset on the other, after what came, and status 74",
    arguments: ["left", "right"])
  func truncation(_ side: String) throws {
    let authority = try TestAuthority()
    let pair = try authority.issue()
    let cut = "t.write(b'before')\nc.shutdown(socket.SHUT_WR)\nreceive_all(c)"
    let kept = """
      say(receive_exactly(c, 6).decode())
      try: say(repr(c.recv(1)))
      except ConnectionResetError: say('reset')
      """
    let relay: SockListener
    let other: PythonPeer
    if side == "right" {
      let (server, port) = try TLSPeer.pythonServer(pair, cut)
      relay = try SockListener.relay(["--once"], Self.right(port, authority))
      other = try PythonPeer.client(port: relay.port, kept)
      _ = server
    } else {
      let (server, port) = try PythonPeer.server(kept)
      relay = try SockListener.relay(["--once"], left: Self.left(pair), "127.0.0.1:\(port)")
      _ = try TLSPeer.pythonClient(port: relay.port, trust: authority.certificate, cut)
      other = server
    }
    #expect(try other.reply() == "before")
    #expect(try other.reply() == "reset")
    let outcome = try relay.outcome()
    #expect(outcome.status == 74 && outcome.errors.contains("without a close_notify"), "\(outcome)")
  }

  @Test("A reset is a reset on the side with TLS, without a close_notify")
  func reset() throws {
    let authority = try TestAuthority()
    let (server, port) = try PythonPeer.server("c.sendall(b'before')\nhear()\nreset(c)")
    let relay = try SockListener.relay([], left: Self.left(try authority.issue()), "127.0.0.1:\(port)")
    let client = try Sock.start(
      ["connect", "tls://localhost:\(relay.port)", "--tls-trust", authority.certificate], input: .pipe)
    try client.output?.waitForBytes(6)
    try server.tell()
    let outcome = try Sock.outcome(of: client)
    #expect(outcome.status == 74 && outcome.text == "before", "\(outcome)")
    #expect(relay.process.isRunning)
  }

  @Test("A peer that says nothing keeps nobody else out, and opens nothing on the right")
  func silentPeer() throws {
    let authority = try TestAuthority()
    let relay = try SockListener.relay(["--once"], left: Self.left(try authority.issue()), "echo:")
    let silent = try PythonPeer.client(port: relay.port, "say('here')\nhear()")
    #expect(try silent.reply() == "here")
    let outcome = try Sock.run(
      ["send", "tls://localhost:\(relay.port)", "hello", "--tls-trust", authority.certificate])
    #expect(outcome.status == 0 && outcome.text == "hello", "\(outcome)")
    #expect(try relay.outcome().status == 0)
  }

  @Test("A side without a certificate makes one; each side reports its own security")
  func events() throws {
    let inner = try SockListener.relay(["--json"], left: "tls://127.0.0.1:0", "echo:")
    let line = try inner.errors.waitForLine(containing: #""event":"certificate""#)
    let pin = try #require(line.split(separator: "\"").first { $0.hasPrefix("sha256//") })
    let outer = try SockListener.relay(["--json"], "tls://localhost:\(inner.port)?tls-pin=\(pin)")
    #expect(try Sock.run(["send", "127.0.0.1", "\(outer.port)", "hello"]).text == "hello")
    let secured = try outer.errors.waitForLine(containing: #""event":"secured""#)
    #expect(secured.contains(#""side":"right""#) && secured.contains("TLSv1.3"), "\(secured)")
    try inner.errors.waitForLine(containing: #""event":"secured""#)
  }

  /// A command line, and what the refusal must say.
  struct Refusal: Sendable, CustomTestStringConvertible {
    let words: [String]
    let answer: String
    var testDescription: String { words.joined(separator: " ") }
    init(_ words: String, _ answer: String) {
      self.words = words.split(separator: " ").map(String.init)
      self.answer = answer
    }
  }

  @Test(
    "What TLS cannot do is refused with what to write",
    arguments: [
      Refusal("relay 1 h:443?tls-trust=f", "tls-trust is for TLS: write tls:// in front of the endpoint"),
      Refusal("relay 1 tls://h:443?tls-client-trust=f", "tls-client-trust is no option of a side that connects"),
      Refusal("relay tls://1?tls-name=h echo:", "tls-name is no option of a side that listens"),
      Refusal("relay 1 tls://h:443?tls-trust=/nosuch", "--tls-trust /nosuch: No such file or directory"),
      Refusal("relay tls://1?tls-cert=/nosuch echo:", "--tls-cert /nosuch: No such file or directory"),
      Refusal("relay tls://1?tls-key=k echo:", "--tls-key needs its certificate"),
      Refusal("relay 1 tls://h:443?tls-no-verify&tls-pin=x", "exclude each other"),
      Refusal("relay udp://1?tls udp://h:2", "tls is for streams of bytes, not for udp"),
      Refusal("relay --pass-fds unix:/s?tls unix:/t", "'unix:/s?tls' is none"),
      Refusal("bench tls://h:443", "tls:// is for connect, send, listen, recv, relay and wait"),
      Refusal("ping tls://h:443", "tls:// is for connect, send, listen, recv, relay and wait"),
      Refusal("listen --bench tls://443", "tls:// is for connect, send, listen, recv, relay and wait"),
    ])
  func refused(_ line: Refusal) throws {
    let outcome = try Sock.run(line.words)
    #expect(outcome.status == 64 && outcome.errors.contains(line.answer), "\(outcome)")
  }
}
