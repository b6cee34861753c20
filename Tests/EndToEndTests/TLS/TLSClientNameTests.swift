import SockTestSupport
import Testing

/// What a client's certificate is good for beside the handshake: the environment of programs, and who may come in.
@Suite(.endToEnd) struct TLSClientNameTests {
  private static func server(_ authority: TestAuthority, _ arguments: [String]) throws -> SockListener {
    try SockListener(
      ["-v", "-k", "--tls", "--tls-client-trust", authority.certificate] + (try authority.issue().arguments) + arguments
    )
  }

  private static func send(
    _ listener: SockListener, _ authority: TestAuthority, as client: TestAuthority.Pair?, _ arguments: [String] = []
  ) throws -> Sock.Outcome {
    try Sock.run(
      ["send", "tls://localhost:\(listener.port)", "--tls-trust", authority.certificate, "hello\n"]
        + (client?.arguments ?? []) + arguments)
  }

  @Test(
    "A program learns from its environment what TLS has agreed on, and who the client is", arguments: ["1.2", "1.3"])
  func environment(_ version: String) throws {
    let authority = try TestAuthority()
    let listener = try Self.server(
      authority, ["--alpn", "h2", "--tls-version", version, "--exec", "/usr/bin/env"])
    let client = try authority.issue("alice") {
      $0.names = "DNS:alice.example.org,email:a@example.org,URI:spiffe://x/y"
    }
    let outcome = try Self.send(listener, authority, as: client, ["--alpn", "h2"])
    let lines = Set(outcome.text.split(separator: "\n").map(String.init).filter { $0.hasPrefix("SOCK_TLS_") })
    let cipher = lines.first { $0.hasPrefix("SOCK_TLS_CIPHER=") }
    #expect(
      lines.subtracting([cipher ?? ""]) == [
        "SOCK_TLS_VERSION=TLSv\(version)", "SOCK_TLS_GROUP=x25519", "SOCK_TLS_ALPN=h2", "SOCK_TLS_SNI=localhost",
        "SOCK_TLS_RESUMED=0", "SOCK_TLS_SUBJECT=CN=alice", "SOCK_TLS_ISSUER=CN=Test CA", "SOCK_TLS_COMMON_NAME=alice",
        "SOCK_TLS_NAMES=alice.example.org,a@example.org,spiffe://x/y", "SOCK_TLS_PIN=\(try client.pin())",
      ], "\(outcome)")
    #expect(cipher?.hasSuffix("SHA384") == true)
  }

  @Test("Nothing of it is inherited, where there is no TLS or no certificate")
  func noInheritance() throws {
    let inherited = ["SOCK_TLS_SUBJECT": "CN=forged", "SOCK_TLS_VERSION": "TLSv9", "SOCK_TLS_NAMES": "forged"]
    for arguments in [[], ["--tls"]] {
      let words = ["listen", "127.0.0.1", "0"] + arguments + ["--shell-exec", "env | grep SOCK_TLS_ || echo none"]
      let listener = try SockListener(
        running: try RunningProcess(Sock.binary, words, input: .null, environment: inherited))
      let client = try Sock.run(
        ["send", "127.0.0.1", "\(listener.port)", "x"] + (arguments.isEmpty ? [] : ["--tls", "--tls-no-verify"]))
      #expect(!client.text.contains("forged") && !client.text.contains("TLSv9"), "\(client)")
      #expect(arguments.isEmpty == (client.text == "none\n"), "\(client)")
    }
  }

  @Test("A name of a certificate that is no plain text is not passed on")
  func deceptiveNames() throws {
    let authority = try TestAuthority()
    let listener = try Self.server(authority, ["--shell-exec", "echo \"$SOCK_TLS_NAMES\""])
    let client = try authority.issue("mallory") {
      $0.extensions = "subjectAltName=@names\n[names]\nDNS.1=good.example.org\nURI.1=urn:a\\,admin.example.org\n"
      $0.names = ""
    }
    let outcome = try Self.send(listener, authority, as: client)
    #expect(outcome.text == "good.example.org\n", "\(outcome)")
  }

  @Test(
    "Clients are let in by the names of their certificates",
    arguments: [
      (["--allow", "tls:alice.example.org"], ["alice"]), (["--allow", "tls:ALICE.example.ORG"], ["alice"]),
      (["--allow", "tls:*.example.org"], ["alice", "bob"]), (["--allow", "tls:*@example.net"], ["carol"]),
      (["--allow", "tls:alice,tls:dave"], ["alice", "dave"]), (["--deny", "tls:bob"], ["alice", "carol", "dave"]),
      (["--allow", "127.0.0.0/8", "--deny", "tls:*.example.org"], ["carol", "dave"]),
      (["--allow", "10.0.0.0/8,tls:carol"], ["carol"]), (["--allow", "10.0.0.0/8"], []),
      (["--deny", "127.0.0.1", "--allow", "tls:alice"], []), (["--allow", "tls:spiffe://example.org/dave"], ["dave"]),
      (["--allow", "tls:example.org", "--allow", "tls:Test CA"], []),
    ] as [([String], Set<String>)])
  func lists(_ arguments: [String], _ expected: Set<String>) throws {
    let authority = try TestAuthority()
    let clients = [
      ("alice", "DNS:alice.example.org"), ("bob", "DNS:bob.example.org"), ("carol", "email:carol@example.net"),
      ("dave", "URI:spiffe://example.org/dave"),
    ]
    let listener = try Self.server(authority, ["--exec", "/bin/cat"] + arguments)
    for (name, names) in clients {
      let outcome = try Self.send(listener, authority, as: try authority.issue(name) { $0.names = names })
      #expect((outcome.text == "hello\n") == expected.contains(name), "\(name): \(outcome)")
      #expect((outcome.status == 0) == expected.contains(name), "\(name): \(outcome)")
    }
    guard arguments == ["--deny", "tls:bob"] else { return }
    let denied = try listener.errors.waitForLine(containing: ": --deny tls:bob names it")
    #expect(denied.hasPrefix("sock: denied 127.0.0.1:"))
    _ = try listener.errors.waitForLine(containing: "CN=bob for bob.example.org")
  }

  @Test("One that is not let in does not count, and hands nothing on")
  func counting() throws {
    let authority = try TestAuthority()
    let listener = try SockListener(
      ["--tls", "--tls-client-trust", authority.certificate, "--allow", "tls:good"]
        + (try authority.issue().arguments), verb: "recv")
    #expect(try Self.send(listener, authority, as: try authority.issue("bad")).status == 74)
    #expect(try Self.send(listener, authority, as: try authority.issue("good")).status == 0)
    let outcome = try listener.outcome()
    #expect(outcome.status == 0 && outcome.text == "hello\n" && outcome.errorLines.count == 1, "\(outcome)")
  }

  @Test("A list in a file may have such rules, and SIGHUP reads it again")
  func files() throws {
    let authority = try TestAuthority()
    let directory = try TemporaryDirectory()
    try writeFile(directory("list"), Array("# the club\ntls:alice\n".utf8))
    let listener = try Self.server(authority, ["--exec", "/bin/cat", "--allow", "@" + directory("list")])
    let (alice, bob) = (try authority.issue("alice"), try authority.issue("bob"))
    #expect(try Self.send(listener, authority, as: alice).status == 0)
    #expect(try Self.send(listener, authority, as: bob).status == 74)
    try writeFile(directory("list"), Array("tls:bob\n".utf8))
    listener.process.send(1)
    _ = try listener.errors.waitForLine(containing: "read again who may come in")
    #expect(try Self.send(listener, authority, as: alice).status == 74)
    #expect(try Self.send(listener, authority, as: bob).status == 0)
  }

  @Test(
    "A rule about certificates where none is demanded is a mistake",
    arguments: [
      (
        ["listen", "0", "--allow", "tls:x"],
        "--allow tls:x is about the certificates of clients, which are not asked for"
      ),
      (["listen", "--tls", "0", "--deny", "tls:x"], "--deny tls:x is about the certificates of clients"),
      (["udp-recv", "0", "--allow", "tls:x"], "--allow tls:x is about the certificates"),
      (["relay", "127.0.0.1:0", "127.0.0.1:1", "--allow", "tls:x"], "--allow tls:x is about the certificates"),
      (["listen", "0", "--allow", "tls:"], "--allow: 'tls:': write a name of the client's certificate behind tls:"),
      (["listen", "0", "--allow", "tls:*"], "--allow: 'tls:*': write a name"),
      (["listen", "0", "--allow", "tls:a*.example.org"], "--allow: 'tls:a*.example.org': write a name"),
      (["listen", "0", "--allow", "tls:*.*.org"], "--allow: 'tls:*.*.org': write a name"),
    ])
  func mistakes(_ words: [String], _ message: String) throws {
    let outcome = try Sock.run(words, within: .seconds(10))
    #expect(outcome.status == 64 && outcome.errors.hasPrefix("sock: " + message), "\(outcome)")
  }
}
