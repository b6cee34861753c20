import SockTestSupport
import Testing

/// sock as a server with TLS: sock-tls(7).
@Suite(.endToEnd) struct TLSServerTests {
  /// The pin that a server without a certificate reports before it listens.
  private static func pin(of listener: SockListener) throws -> String {
    let line = try listener.errors.waitForLine(containing: "--tls-pin sha256//")
    return String(line.split(separator: " ").last ?? "")
  }

  @Test("Without a certificate a server makes one, and its pin is enough for a client")
  func ownCertificate() throws {
    let listener = try SockListener(["--tls"], input: .text("from the server"))
    let pin = try Self.pin(of: listener)
    let client = try Sock.run(
      ["connect", "tls://127.0.0.1:\(listener.port)", "--tls-pin", pin], input: .text("from the client"))
    #expect(client.status == 0 && client.text == "from the server", "\(client)")
    let outcome = try listener.outcome()
    #expect(outcome.status == 0 && outcome.text == "from the client", "\(outcome)")
  }

  @Test("curl's and openssl's clients accept a certificate of an authority that they trust")
  func foreignClients() throws {
    let authority = try TestAuthority()
    let pair = try authority.issue()
    let page = "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok"
    let listener = try SockListener(["--tls", "--alpn", "http/1.1"] + pair.arguments, input: .text(page))
    let curl = try RunningProcess(
      "curl", ["-sS", "--cacert", authority.certificate, "https://localhost:\(listener.port)/"])
    #expect(try curl.wait().status == 0, "\(curl.errors?.text ?? "")")
    #expect(curl.output?.text == "ok")
    #expect(try listener.outcome().text.hasPrefix("GET / HTTP/1.1\r\n"))
  }

  @Test("A client that speaks plain text is told from one that breaks off", arguments: ["recv", "listen"])
  func plainText(_ verb: String) throws {
    let listener = try SockListener(["--tls"], verb: verb)
    let client = try PythonPeer.client(
      port: listener.port, "c.sendall(b'GET / HTTP/1.0\\r\\n\\r\\n')\nsay(receive_all(c))")
    // The connection is closed in good order.
    #expect(try client.reply() == "b''")
    let outcome = try listener.outcome()
    #expect(outcome.status == 76)
    #expect(outcome.errors.contains("does not speak TLS: it says 'GET / HTTP/1.0'"))
    let other = try SockListener(["--tls"], verb: verb)
    try PythonPeer.client(port: other.port, "c.sendall(b'\\x16\\x03\\x01\\x02')\nc.close()").finish()
    let broken = try other.outcome()
    #expect(broken.status == 76)
    #expect(broken.errors.contains("has ended the connection during the handshake of TLS"))
  }

  @Test(
    "A peer that says nothing keeps nobody else out, and does not count",
    arguments: [
      ["listen"], ["recv"], ["recv", "--count", "2"], ["listen", "-k"],
    ])
  func silentPeers(_ words: [String]) throws {
    let listener = try SockListener(["--tls"] + words.dropFirst(), verb: words[0])
    let pin = try Self.pin(of: listener)
    let silent = try PythonPeer(
      "s = [socket.create_connection(('127.0.0.1', \(listener.port))) for _ in range(20)]\nsay('there')\nhear()")
    #expect(try silent.reply() == "there")
    // One that leaves without a word does not count either.
    try PythonPeer.client(port: listener.port, "c.close()").finish()
    for _ in 0..<2 {
      let client = try Sock.run(
        ["send", "127.0.0.1", "\(listener.port)", "--tls", "--tls-pin", pin, "--no-reply", "hello"],
        within: .seconds(8))
      #expect(client.status == 0, "\(client)")
      if words == ["listen"] || words == ["recv"] { break }
    }
    if words.contains("-k") { return }
    let outcome = try listener.outcome(within: .seconds(8))
    #expect(outcome.status == 0)
    #expect(outcome.text == (words.count > 1 ? "hellohello" : "hello"))
  }

  @Test("A silent peer is given up after --handshake-timeout")
  func handshakeTimeout() throws {
    let listener = try SockListener(["--tls", "--handshake-timeout", "300ms"])
    let client = try PythonPeer.client(
      port: listener.port,
      "try: say(c.recv(1))\nexcept ConnectionResetError: say('reset')")
    #expect(["b''", "reset"].contains(try client.reply(within: .seconds(5))))
    #expect(listener.process.isRunning)
    let server = try PythonPeer("l = listen()\nc, who = l.accept()\nhear()")
    let outcome = try Sock.run(
      ["connect", "--tls", "--handshake-timeout", "300ms", "127.0.0.1", "\(try server.port())"])
    #expect(outcome.status == 75)
    #expect(outcome.errors.contains("has not finished the handshake of TLS in time"))
  }

  @Test("A signal ends a server at once, whatever handshakes are going on", arguments: [["-k"], []])
  func signalDuringHandshakes(_ arguments: [String]) throws {
    let listener = try SockListener(["--tls", "--grace", "0"] + arguments)
    let silent = try PythonPeer(
      "s = [socket.create_connection(('127.0.0.1', \(listener.port))) for _ in range(3)]\nsay('there')\nhear()")
    #expect(try silent.reply() == "there")
    try listener.process.waitUntilIdle()
    listener.process.send(15)
    let outcome = try listener.outcome(within: .seconds(5))
    #expect(outcome.status == 128 + 15)
    #expect(outcome.errorLines.count == 2 && outcome.errorLines.allSatisfy { !$0.contains("cancelled") }, "\(outcome)")
  }

  @Test("A server that keeps open goes on after a failed handshake, and reports it")
  func keepsOpen() throws {
    let listener = try SockListener(["--tls", "-k"], input: .text("welcome"))
    let pin = try Self.pin(of: listener)
    try PythonPeer.client(port: listener.port, "c.sendall(b'plain\\n')\nc.close()").finish()
    _ = try listener.errors.waitForLine(containing: "does not speak TLS: it says 'plain'")
    let client = try Sock.run(["connect", "--tls", "127.0.0.1", "\(listener.port)", "--tls-pin", pin])
    #expect(client.status == 0 && client.text == "welcome", "\(client)")
  }

  // MARK: Clients' certificates

  @Test("--tls-client-trust admits clients of its authority, and names them")
  func clientCertificates() throws {
    let authority = try TestAuthority()
    let listener = try SockListener(
      ["--tls", "--tls-client-trust", authority.certificate, "--json"] + (try authority.issue().arguments))
    let client = try authority.issue("alice") { $0.extensions = "extendedKeyUsage=clientAuth" }
    let sent = try Sock.run(
      ["send", "tls://localhost:\(listener.port)", "--tls-trust", authority.certificate, "hi"] + client.arguments)
    #expect(sent.status == 0, "\(sent)")
    let outcome = try listener.outcome()
    #expect(outcome.status == 0 && outcome.text == "hi")
    #expect(outcome.errors.contains("\"subject\":\"CN=alice\""))
  }

  @Test("A pin names the only client that a server serves")
  func pinnedClient() throws {
    let (alice, bob) = (
      try TestAuthority.selfSigned(in: try TemporaryDirectory()),
      try TestAuthority.selfSigned(in: try TemporaryDirectory())
    )
    for (client, status) in [(alice, 0), (bob, 76)] as [(TestAuthority.Pair, CInt)] {
      let listener = try SockListener(["--tls", "--tls-pin", try alice.pin()])
      let pin = try Self.pin(of: listener)
      let sent = try Sock.run(
        ["send", "tls://127.0.0.1:\(listener.port)", "--tls-pin", pin, "hi"] + client.arguments)
      #expect(sent.status == status, "\(sent)")
      #expect(try listener.outcome().status == status)
    }
  }

  @Test("A client without a certificate, or with a bad one, is told why", arguments: ["1.2", "1.3"])
  func refusedClients(_ version: String) throws {
    let (authority, other) = (try TestAuthority(), try TestAuthority("Other CA"))
    let pair = try authority.issue()
    let cases: [(client: TestAuthority.Pair?, server: String, alert: String)] = [
      (
        nil, "is not trusted: it has sent no certificate",
        version == "1.2" ? "handshake_failure" : "certificate_required"
      ),
      (
        try authority.issue("old") { $0.to = "20240201000000Z" }, "(CN=old) expired on 2024-02-01",
        "certificate_expired"
      ),
      (
        try authority.issue("server") { $0.extensions = "extendedKeyUsage=serverAuth" }, "than to be a client",
        "certificate"
      ),
      (try other.issue("bob"), "an issuer that is unknown here", "unknown_ca"),
    ]
    for (client, sentence, alert) in cases {
      let listener = try SockListener(
        ["--tls", "--tls-client-trust", authority.certificate, "--tls-version", version] + pair.arguments)
      let sent = try Sock.run(
        ["send", "tls://localhost:\(listener.port)", "--tls-trust", authority.certificate, "hi"]
          + (client?.arguments ?? []))
      #expect(sent.status == 76, "\(sent)")
      #expect(sent.errors.contains(alert), "\(sent)")
      let outcome = try listener.outcome()
      #expect(outcome.status == 76)
      #expect(outcome.errors.contains(sentence), "\(outcome)")
      #expect(outcome.text.isEmpty)
    }
  }

  // MARK: Mistakes of the user's

  @Test(
    "A file that is missing or wrong is refused before anything is opened, with its name",
    arguments: [
      (
        ["connect", "-z", "--tls", "127.0.0.1", "1", "--tls-trust", "/none.pem"], "--tls-trust /none.pem: No such file"
      ),
      (["listen", "--tls", "0", "--tls-cert", "/none.pem"], "--tls-cert /none.pem: No such file"),
      (["listen", "--tls", "0", "--tls-client-trust", "/etc/hostname"], "--tls-client-trust /etc/hostname: "),
      (["connect", "127.0.0.1", "1", "--tls-name", "x"], "--tls-name is for TLS: add --tls, or write tls://"),
      (["connect", "--tls", "127.0.0.1", "1", "--tls-pin", "x"], "--tls-pin 'x' is not a pin"),
      (["connect", "--tls", "127.0.0.1", "1", "--tls-version", "1.4"], "--tls-version '1.4' is not a version"),
      (["connect", "--tls", "127.0.0.1", "1", "--tls-ciphers", "none"], "--tls-ciphers none: "),
      (["connect", "--tls", "127.0.0.1", "1", "--tls-groups", "none"], "--tls-groups none"),
      (["connect", "--tls", "127.0.0.1", "1", "--alpn", ""], "--alpn '' is not a list"),
      (["connect", "--tls", "-u", "127.0.0.1", "1"], "tls is for streams of bytes, not for udp"),
      (["connect", "--tls", "127.0.0.1", "1", "--tls-key", "/etc/hostname"], "--tls-key needs its certificate"),
      (["listen", "--bench", "tls://127.0.0.1:0"], "tls:// is for connect, send, listen, recv, relay and wait"),
      (["listen", "--bench", "--tls", "0"], "--tls and --bench exclude each other"),
      (["bench", "tls://127.0.0.1:1"], "tls:// is for connect, send, listen, recv, relay and wait"),
      (["ping", "tls://127.0.0.1:1"], "tls:// is for connect, send, listen, recv, relay and wait"),
      (["udp-send", "tls://127.0.0.1:1", "x"], "t"),
      (["send", "--tls", "-U", "--pass-fd", "0", "/none", "x"], "--tls and --pass-fd exclude each other"),
      (["listen", "--tls", "0", "--tls-key-password", "secret"], "--tls-key-password needs @"),
    ])
  func mistakes(_ words: [String], _ message: String) throws {
    let outcome = try Sock.run(words, within: .seconds(10))
    #expect(outcome.status == 64, "\(outcome)")
    #expect(outcome.errors.hasPrefix("sock: " + message), "\(outcome)")
  }

  @Test("A key with a pass phrase takes it from a file, and a wrong one is an error")
  func passPhrase() throws {
    let authority = try TestAuthority()
    let pair = try authority.issue()
    let directory = try TemporaryDirectory()
    try writeFile(directory("right"), Array("open sesame\nnot this\n".utf8))
    try writeFile(directory("wrong"), Array("open\n".utf8))
    let locked = directory("locked.key")
    try RunningProcess(
      "openssl",
      ["pkcs8", "-topk8", "-in", pair.key, "-out", locked, "-passout", "pass:open sesame"]
    ).wait()
    let words = ["--tls", "--tls-cert", pair.certificate, "--tls-key", locked, "--tls-key-password"]
    let listener = try SockListener(words + ["@" + directory("right")])
    let client = try Sock.run(
      ["connect", "-z", "--tls", "localhost", "\(listener.port)", "--tls-trust", authority.certificate])
    #expect(client.status == 0)
    let refused = try Sock.run(["listen", "0"] + words + ["@" + directory("wrong")], within: .seconds(10))
    #expect(refused.status == 64 && refused.errors.contains("--tls-key \(locked): "), "\(refused)")
    // Where nobody can be asked, the input is not taken for the answer.
    let unasked = try RunningProcess(
      Sock.binary, ["listen", "0"] + words.dropLast(), input: .text("open sesame\n"), newSession: true)
    #expect(try unasked.wait(within: .seconds(10)).status == 64)
  }
}
