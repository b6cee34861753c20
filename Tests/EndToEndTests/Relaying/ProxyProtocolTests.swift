import SockTestSupport
import Testing

/// `--proxy-protocol`, with scripted peers.
@Suite(.endToEnd) struct ProxyProtocolTests {
  static let line = "PROXY TCP4 203.0.113.7 198.51.100.2 5000 443\\r\\n"
  /// `V2(command, kind, body)`, and a header for the same client with an authority.
  static let binary = """
    def V2(command, kind, body):
      return b'\\r\\n\\r\\n\\0\\r\\nQUIT\\n' + bytes([command, kind]) + struct.pack('>H', len(body)) + body
    def client(more=b''):
      return V2(0x21, 0x11, bytes([203,0,113,7, 198,51,100,2]) + struct.pack('>HH', 5000, 443) + more)

    """

  /// A client that sends bytes, and says what came back.
  private func client(_ port: Int, _ bytes: String, then: String = "") throws -> PythonPeer {
    try PythonPeer(
      Self.binary + "c = socket.create_connection(('127.0.0.1', \(port)))\nc.sendall(\(bytes))\n\(then)\n"
        // The reset may come before the shutdown, too, which then finds no connection.
        + "try:\n  c.shutdown(socket.SHUT_WR)\n  say(repr(receive_all(c)))\nexcept OSError: say('reset')")
  }

  private func listener(_ options: [String], input: RunningProcess.Input = .null) throws -> SockListener {
    try SockListener(["--proxy-protocol", "accept"] + options, input: input)
  }

  @Test(
    "The client that the header names is the peer, and what follows is its data",
    arguments: ["b'\(line)hello'", "client(b'\\x02\\0\\x0bexample.org') + b'hello'"])
  func accept(_ bytes: String) throws {
    let listener = try listener(["--json"])
    _ = try client(listener.port, bytes)
    let outcome = try listener.outcome()
    #expect(outcome.status == 0 && outcome.text == "hello", "\(outcome)")
    #expect(
      outcome.errors.contains(
        #""event":"accepted","connection":1,"transport":"tcp","local":"198.51.100.2:443","peer":"203.0.113.7:5000""#),
      "\(outcome)")
    #expect(outcome.errors.contains(#""event":"proxied""#) && outcome.errors.contains(#""proxy":"127.0.0.1:"#))
    #expect(outcome.errors.contains(#""authority":"example.org""#) == bytes.hasPrefix("client"), "\(outcome)")
  }

  @Test("Bytes come one by one, and the data with the last of them")
  func slowly() throws {
    let listener = try listener(["-v"])
    _ = try PythonPeer(
      """
      c = socket.create_connection(('127.0.0.1', \(listener.port)))
      c.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
      h = b'\(Self.line)data'
      for i in range(len(h) - 4): c.sendall(h[i:i + 1])
      c.sendall(h[-4:])
      c.close()
      """)
    let outcome = try listener.outcome()
    #expect(outcome.status == 0 && outcome.text == "data", "\(outcome)")
    #expect(
      outcome.errors.contains("203.0.113.7:5000 comes through 127.0.0.1:") && outcome.errors.contains("(PROXY v1)"))
  }

  @Test(
    "Without a whole and right header no byte goes on, and the exit status is 76",
    arguments: [
      ("b'GET / HTTP/1.0\\r\\n\\r\\n'", "something other than a PROXY header"),
      ("b'PROXY TCP4 1.2.3.4\\r\\nx'", "a broken PROXY header"),
      ("b'PROXY UNKNOWN ' + b'x' * 200", "longer than 107 bytes"),
      ("b'PROXY TCP4 1.2.'", "ended the connection within its PROXY header"),
      ("b''", "ended the connection without a PROXY header"),
      ("client(b'\\x03\\0\\x04abcd') + b'x'", "its checksum is wrong"),
      ("V2(0x31, 0x11, b'') + b'x'", "its version is 3"),
      ("client()[:20]", "ended the connection within its PROXY header"),
    ])
  func broken(_ bytes: String, _ message: String) throws {
    let listener = try listener([])
    _ = try client(listener.port, bytes)
    let outcome = try listener.outcome()
    #expect(outcome.status == 76 && outcome.text.isEmpty && outcome.errors.contains(message), "\(outcome)")
  }

  @Test("A header that does not come in time is 76, too")
  func late() throws {
    let listener = try listener(["--handshake-timeout", "200ms"])
    let peer = try PythonPeer.client(port: listener.port, "c.sendall(b'PROXY')\nhear()")
    let outcome = try listener.outcome()
    #expect(outcome.status == 76 && outcome.errors.contains("not sent its PROXY header in time"), "\(outcome)")
    try peer.tell()
  }

  @Test("A server of many goes on after a broken header, and takes no place for it")
  func others() throws {
    let listener = try listener(["-k", "--max-conns", "1", "--max-served", "2"])
    #expect(try client(listener.port, "b'nonsense'").reply() == "reset")
    let silent = try PythonPeer.client(port: listener.port, "say('here')\nhear()")
    #expect(try silent.reply() == "here")
    #expect(try client(listener.port, "b'\(Self.line)fine'").reply() == "b''")
    let outcome = try listener.outcome()
    #expect(outcome.status == 0 && outcome.text == "fine", "\(outcome)")
  }

  @Test("Whom --proxy-protocol-from does not name speaks for itself, and may not send a header")
  func untrusted() throws {
    let from = ["--proxy-protocol-from", "192.0.2.0/24,unix"]
    for bytes in ["P", "PROXY", "PROXIED", "\\r\\n\\r\\n\\0\\r\\nQUI", "data"] {
      let listener = try listener(from + ["-v"])
      _ = try client(listener.port, "b'\(bytes)'")
      let outcome = try listener.outcome()
      #expect(outcome.status == 0 && outcome.output.count > 0, "\(outcome)")
      #expect(outcome.errors.contains("accepted 127.0.0.1:"))
    }
    for bytes in ["b'\(Self.line)secret'", "client() + b'secret'"] {
      let listener = try listener(from)
      _ = try client(listener.port, bytes)
      let outcome = try listener.outcome()
      #expect(outcome.status == 76 && outcome.text.isEmpty, "\(outcome)")
      #expect(outcome.errors.contains("--proxy-protocol-from does not name it"), "\(outcome)")
    }
    let first = try listener(from, input: .text("welcome"))
    let peer = try PythonPeer.client(port: first.port, "say(repr(receive_exactly(c, 7)))\nc.close()")
    #expect(try peer.reply() == "b'welcome'", "a server that speaks first is not kept waiting")
  }

  @Test("Access is asked for the client, and a proxy that is named needs none")
  func access() throws {
    let named = ["--proxy-protocol-from", "127.0.0.1", "--allow", "203.0.113.0/24"]
    let listener = try listener(named + ["-v"])
    _ = try client(listener.port, "client().replace(b'\\xcb\\x00\\x71', b'\\xcb\\x00\\x72') + b'denied'")
    try listener.errors.waitForLine(containing: "denied 203.0.114.7:5000: not named by --allow")
    _ = try client(listener.port, "client() + b'allowed'")
    let outcome = try listener.outcome()
    #expect(outcome.status == 0 && outcome.text == "allowed", "\(outcome)")
    // A proxy that only --allow could let in.
    let closed = try self.listener(["-v", "--allow", "203.0.113.0/24"])
    _ = try client(closed.port, "client() + b'x'")
    try closed.errors.waitForLine(containing: "denied 127.0.0.1:")
  }

  @Test("--max-per-host counts clients, not the proxy")
  func perHost() throws {
    let listener = try listener(["-k", "-v", "--max-per-host", "1"])
    let script = "\(Self.binary)c = socket.create_connection(('127.0.0.1', \(listener.port)))\n"
    let one = try PythonPeer(script + "c.sendall(client())\nhear()")
    try listener.errors.waitForLine(containing: "accepted 203.0.113.7:5000")
    let two = try PythonPeer(script + "c.sendall(client().replace(b'\\x71\\x07', b'\\x71\\x08'))\nhear()")
    try listener.errors.waitForLine(containing: "accepted 203.0.113.8:5000")
    _ = try client(listener.port, "client()")
    try listener.errors.waitForLine(containing: "denied 203.0.113.7:5000: its host has as many connections")
    try one.tell()
    try two.tell()
  }

  @Test("A program learns of the client and of the proxy")
  func program() throws {
    let listener = try listener([
      "--shell-exec",
      "echo $SOCK_PEER_ADDRESS $SOCK_PEER_PORT $SOCK_LOCAL_ADDRESS $SOCK_PROXY_ADDRESS $SOCK_PROXY_AUTHORITY $SOCK_PROXY_ALPN.",
    ])
    let peer = try client(listener.port, "client(b'\\x02\\0\\x01x')")
    #expect(try peer.reply() == #"b'203.0.113.7 5000 198.51.100.2 127.0.0.1 x .\n'"#)
  }

  @Test("A connection of the proxy's own has the proxy as its peer")
  func local() throws {
    let listener = try listener(["-v"])
    _ = try client(listener.port, "V2(0x20, 0, b'') + b'check'")
    let outcome = try listener.outcome()
    #expect(outcome.status == 0 && outcome.text == "check" && outcome.errors.contains("this connection is its own"))
  }

  @Test("The header stands before TLS", arguments: ["send", "send-v1"])
  func overTLS(_ how: String) throws {
    let authority = try TestAuthority()
    let pair = try authority.issue()
    let listener = try listener(["--tls", "--tls-cert", pair.certificate, "--tls-key", pair.key, "-v"])
    let outcome = try Sock.run([
      "send", "--proxy-protocol", how, "--tls-trust", authority.certificate, "tls://localhost:\(listener.port)", "hi",
    ])
    #expect(outcome.status == 0, "\(outcome)")
    let served = try listener.outcome()
    #expect(served.status == 0 && served.text == "hi", "\(served)")
    #expect(served.errors.contains("(PROXY v\(how == "send" ? 2 : 1))") && served.errors.contains("secured "))
  }

  // MARK: - Sending

  @Test("A client names itself, over IPv4, IPv6 and Unix sockets")
  func ownConnection() throws {
    for host in ["127.0.0.1", "::1"] {
      let (server, port) = try PythonPeer.server(host: host, "say(repr(receive_all(c)), who[1])")
      #expect(try Sock.run(["send", host, "\(port)", "--proxy-protocol", "send-v1", "x"]).status == 0)
      let reply = try server.reply().split(separator: " ")
      #expect(reply[1] == (host == "::1" ? "TCP6" : "TCP4") && reply[2] == host && reply[3] == host)
      #expect(String(reply[4]) == String(reply[6]) && reply[5] == "\(port)\\r\\nx'", "\(reply)")
    }
    let path = try TemporaryDirectory()("s")
    let listener = try Sock.start(["listen", "-v", "-U", path, "--proxy-protocol", "accept"])
    try listener.errors?.waitForLine(containing: "listening")
    #expect(try Sock.run(["send", "-U", path, "--proxy-protocol", "send", "x"]).status == 0)
    let outcome = try Sock.outcome(of: listener)
    #expect(outcome.text == "x" && outcome.errors.contains("(PROXY v2), to \(path)"), "\(outcome)")
  }

  @Test("A relay tells the right side whose connection it is, in the version that is asked for")
  func relaySends() throws {
    let (server, port) = try PythonPeer.server("say(repr(receive_all(c)))")
    let relay = try SockListener.relay(["--once"], "127.0.0.1:\(port)?proxy-protocol=send-v1")
    let peer = try PythonPeer.client(port: relay.port, "say(c.getsockname()[1])\nc.sendall(b'x')\nc.close()")
    #expect(
      try server.reply() == "b'PROXY TCP4 127.0.0.1 127.0.0.1 \(peer.reply()) \(relay.port)\\r\\nx'")
  }

  @Test("pass gives on what has come, with its fields, its version and a new checksum")
  func pass() throws {
    let (server, port) = try PythonPeer.server("say(receive_all(c).hex())")
    let relay = try SockListener.relay(
      ["--once", "--proxy-protocol", "pass", "--proxy-protocol-field", "alpn=h2"], "127.0.0.1:\(port)")
    _ = try client(relay.port, "client(b'\\xea\\0\\x02ab') + b'data'")
    let reply = try server.reply()
    let head = "0d0a0d0a000d0a515549540a2111001d" + "cb007107c6336402138801bb" + "ea00026162" + "0100026832" + "030004"
    #expect(reply.hasPrefix(head) && reply.count == head.count + 8 + 8 && reply.hasSuffix("64617461"), "\(reply)")
    let (again, second) = try PythonPeer.server("say(repr(receive_all(c)))")
    let lines = try SockListener.relay(["--once", "--proxy-protocol", "pass"], "127.0.0.1:\(second)")
    _ = try client(lines.port, "b'\(Self.line)data'")
    #expect(try again.reply() == "b'\(Self.line)data'")
  }

  @Test("A relay whose left has no header, or a broken one, opens no right", arguments: ["b'GET /'", "b''"])
  func relayRefuses(_ bytes: String) throws {
    let relay = try SockListener.relay(["--once", "-v", "--proxy-protocol", "pass"], "127.0.0.1:1")
    _ = try client(relay.port, bytes)
    let outcome = try relay.outcome()
    #expect(outcome.status == 76 && !outcome.errors.contains("trying"), "\(outcome)")
  }

  @Test("A relay from no socket sends a header of its own connection")
  func fromFile() throws {
    let (server, port) = try PythonPeer.server("say(repr(receive_all(c)))")
    #expect(try Sock.run(["relay", "text:hi", "127.0.0.1:\(port)", "--proxy-protocol", "send-v1"]).status == 0)
    #expect(try server.reply() == #"b'PROXY UNKNOWN\r\nhi'"#)
  }
}
