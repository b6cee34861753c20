import SockTestSupport
import Testing

/// Which certificate a server shows, and when it reads it again: `--tls-cert`, `--tls-key`.
@Suite(.endToEnd) struct TLSIdentityTests {
  /// The subject that a server shows to `openssl s_client`.
  private static func subject(_ port: Int, name: String?, _ arguments: [String] = []) throws -> String {
    let client = try TLSPeer.openSSLClient(
      port: port, (name.map { ["-servername", $0] } ?? ["-noservername"]) + arguments)
    _ = try client.wait()
    let line = client.output?.text.split(separator: "\n").first { $0.hasPrefix("subject=CN = ") }
    return line.map { String($0.dropFirst("subject=CN = ".utf8.count)) } ?? "none: \(client.errors?.text ?? "")"
  }

  private static let rsa = ["-newkey", "rsa:2048"]

  @Test("Of an RSA and an ECDSA pair, the client's algorithms choose", arguments: ["1.2", "1.3"])
  func kinds(_ version: String) throws {
    let authority = try TestAuthority()
    let (elliptic, rsa) = (try authority.issue("ec"), try authority.issue("rsa") { $0.key = Self.rsa })
    let listener = try SockListener(["-k", "--tls", "--tls-version", version] + elliptic.arguments + rsa.arguments)
    for name in [nil, "localhost", "elsewhere.org"] {
      let ec = try Self.subject(listener.port, name: name, ["-sigalgs", "ECDSA+SHA256"])
      #expect(ec == "ec", "\(name ?? "no name")")
      let other = try Self.subject(listener.port, name: name, ["-sigalgs", "RSA-PSS+SHA256:RSA+SHA256"])
      #expect(other == "rsa", "\(name ?? "no name")")
    }
  }

  @Test("A client gets the certificate for the name that it asks for: exact, by wildcard, or the first")
  func names() throws {
    let authority = try TestAuthority()
    func pair(_ name: String, _ names: String, _ key: [String]? = nil) throws -> [String] {
      try authority.issue(name) {
        $0.names = names
        if let key { $0.key = key }
      }.arguments
    }
    let listener = try SockListener(
      ["-k", "--tls"] + (try pair("first", "DNS:first.example.org"))
        + (try pair("wild", "DNS:*.example.org")) + (try pair("exact", "DNS:exact.example.org,DNS:also.example.net"))
        + (try pair("rsa", "DNS:rsa.example.net", Self.rsa)) + (try pair("bare.example.net", "")))
    let expected: [(String?, String)] = [
      (nil, "first"), ("first.example.org", "first"), ("any.example.org", "wild"), ("exact.example.org", "exact"),
      ("EXACT.example.ORG", "exact"), ("also.example.net", "exact"), ("rsa.example.net", "rsa"),
      ("bare.example.net", "bare.example.net"), ("unknown.example.com", "first"), ("a.b.example.org", "first"),
    ]
    for (name, subject) in expected {
      #expect(try Self.subject(listener.port, name: name) == subject, "\(name ?? "no name")")
    }
    // A pair of another kind that is for another name is not offered to those who ask for the first.
    #expect(try Self.subject(listener.port, name: nil, ["-sigalgs", "RSA-PSS+SHA256"]).hasPrefix("none"))
  }

  @Test("The chain of each certificate goes with it")
  func chains() throws {
    let root = try TestAuthority()
    let (left, right) = (try TestAuthority("Left CA", under: root), try TestAuthority("Right CA", under: root))
    let pairs = [
      try left.withChain(try left.issue("left") { $0.names = "DNS:left.example.org" }),
      try right.withChain(try right.issue("right") { $0.names = "DNS:right.example.org" }),
    ]
    let listener = try SockListener(["-k", "--tls"] + pairs.flatMap(\.arguments))
    for name in ["left.example.org", "right.example.org"] {
      let outcome = try Sock.run([
        "connect", "-z", "--tls", "127.0.0.1", "\(listener.port)", "--tls-name", name, "--tls-trust", root.certificate,
      ])
      #expect(outcome.status == 0, "\(outcome)")
    }
  }

  @Test("A key that is not the certificate's, or is missing, is refused with the names of both files")
  func mismatches() throws {
    let authority = try TestAuthority()
    let (one, two) = (try authority.issue("one"), try authority.issue("two") { $0.key = Self.rsa })
    let three = try authority.issue("three")
    let directory = try TemporaryDirectory()
    try writeFile(directory("both.pem"), readFile(one.certificate) + readFile(two.key))
    try writeFile(directory("tail.pem"), readFile(one.certificate) + Array("-----BEGIN CERTIFICATE-----\nAA\n".utf8))
    let cases: [([String], String)] = [
      (
        ["--tls-cert", one.certificate, "--tls-key", two.key],
        "--tls-key \(two.key): it is not the key of --tls-cert \(one.certificate)"
      ),
      (
        ["--tls-cert", one.certificate, "--tls-key", three.key],
        "--tls-key \(three.key): it is not the key of --tls-cert \(one.certificate)"
      ),
      (
        ["--tls-cert", directory("both.pem")],
        "--tls-cert \(directory("both.pem")): the key in this file is not that of its first certificate"
      ),
      (
        ["--tls-cert", one.certificate],
        "--tls-cert \(one.certificate): its key: there is no private key in it that OpenSSL can read: name its file with --tls-key"
      ),
      (["--tls-cert", one.key], "--tls-cert \(one.key): there is no certificate in it"),
      (
        ["--tls-cert", one.certificate, "--tls-key", one.certificate],
        "--tls-key \(one.certificate): there is no private key in it"
      ),
      (["--tls-cert", directory("tail.pem"), "--tls-key", one.key], "--tls-cert \(directory("tail.pem")): "),
      (one.arguments + three.arguments, "--tls-cert \(three.certificate): \(one.certificate) is for the same names"),
    ]
    for (words, message) in cases {
      let outcome = try Sock.run(["listen", "--tls", "0"] + words, within: .seconds(10))
      #expect(outcome.status == 64 && outcome.errors.hasPrefix("sock: " + message), "\(outcome)")
    }
    let client = try Sock.run(["connect", "--tls", "127.0.0.1", "1"] + one.arguments + three.arguments)
    #expect(client.status == 64 && client.errors.contains("a client has one certificate for each kind"), "\(client)")
  }

  @Test("A client chooses, of its certificates, one that the server's algorithms allow")
  func clientKinds() throws {
    let authority = try TestAuthority()
    let (elliptic, rsa) = (try authority.issue("ec"), try authority.issue("rsa") { $0.key = Self.rsa })
    let (_, port) = try TLSPeer.openSSLServer(
      try authority.issue(),
      ["-rev", "-quiet", "-Verify", "1", "-CAfile", authority.certificate, "-verify_return_error"]
        + ["-client_sigalgs", "RSA-PSS+SHA256"])
    func outcome(_ pairs: [TestAuthority.Pair]) throws -> Sock.Outcome {
      try Sock.run(
        ["send", "tls://localhost:\(port)", "--tls-trust", authority.certificate, "hi\n"] + pairs.flatMap(\.arguments))
    }
    let both = try outcome([elliptic, rsa])
    #expect(both.status == 0 && both.text == "ih\n", "\(both)")
    #expect(try outcome([elliptic]).status == 76)
  }

  // MARK: SIGHUP

  @Test("SIGHUP reads certificates again, for new connections", arguments: [["listen", "-k"], ["relay"]])
  func rereading(_ verb: [String]) throws {
    let authority = try TestAuthority()
    let directory = try TemporaryDirectory()
    func install(_ pair: TestAuthority.Pair) throws {
      try writeFile(directory("cert"), readFile(pair.certificate))
      try writeFile(directory("key"), readFile(pair.key))
    }
    try install(try authority.issue("old"))
    let (certificate, key) = (directory("cert"), directory("key"))
    let listener =
      verb[0] == "relay"
      ? try SockListener.relay(
        ["-v"], left: "tls://127.0.0.1:0?tls-cert=\(certificate)&tls-key=\(key)", "127.0.0.1:1")
      : try SockListener(["-v", "-k", "--tls", "--tls-cert", certificate, "--tls-key", key])
    #expect(try Self.subject(listener.port, name: nil) == "old")
    try install(try authority.issue("new"))
    #expect(try Self.subject(listener.port, name: nil) == "old")
    listener.process.send(1)
    _ = try listener.errors.waitForLine(containing: "read again the certificates of TLS")
    #expect(try Self.subject(listener.port, name: nil) == "new")
    // A broken file changes nothing, and says so once.
    try writeFile(certificate, Array("nonsense\n".utf8))
    listener.process.send(1)
    let warning = try listener.errors.waitForLine(containing: "as they were")
    #expect(
      warning.contains(
        "warning: --tls-cert \(certificate): there is no certificate in it: the certificates of TLS stay"),
      "\(warning)")
    #expect(try Self.subject(listener.port, name: nil) == "new")
    #expect(listener.process.isRunning)
  }

  @Test(
    "SIGHUP keeps a certificate that was made, and connections that are open; the authorities of clients are read again"
  )
  func rereadingAuthorities() throws {
    let (authority, other) = (try TestAuthority(), try TestAuthority("Other CA"))
    let directory = try TemporaryDirectory()
    let trust = directory("trust.pem")
    try writeFile(trust, readFile(authority.certificate))
    let listener = try SockListener(["-v", "-k", "--tls", "--tls-client-trust", trust])
    let line = try listener.errors.waitForLine(containing: "--tls-pin sha256//")
    let pin = String(line.split(separator: " ").last ?? "")
    func status(_ authority: TestAuthority) throws -> CInt {
      try Sock.run(
        ["send", "tls://127.0.0.1:\(listener.port)", "--tls-pin", pin, "x"] + (try authority.issue("me").arguments)
      ).status
    }
    #expect(try status(authority) == 0)
    #expect(try status(other) == 76)
    let open = try Sock.start(
      ["connect", "-v", "tls://127.0.0.1:\(listener.port)", "--tls-pin", pin]
        + (try authority.issue("stays").arguments),
      input: .pipe)
    _ = try listener.errors.waitForLine(containing: "CN=stays")
    try writeFile(trust, readFile(other.certificate))
    listener.process.send(1)
    _ = try listener.errors.waitForLine(containing: "read again")
    #expect(try status(authority) == 76)
    #expect(try status(other) == 0)
    try open.input?.write("still here")
    open.input?.close()
    #expect(try Sock.outcome(of: open).status == 0)
  }
}
