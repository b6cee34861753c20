import SockTestSupport
import Testing

/// Whom sock trusts as a client, and what it says about the rest: sock-tls(7).
@Suite(.endToEnd) struct TLSTrustTests {
  private static func probe(_ port: Int, _ arguments: [String], host: String = "127.0.0.1") throws -> Sock.Outcome {
    try Sock.run(["connect", "-z", "--tls", host, "\(port)"] + arguments)
  }

  @Test(
    "A server with a certificate of a trusted authority is trusted, by name and by address",
    arguments: [
      "localhost", "127.0.0.1",
    ])
  func trusted(_ host: String) throws {
    let authority = try TestAuthority()
    let (_, port) = try TLSPeer.openSSLServer(try authority.issue())
    let outcome = try Sock.run(
      ["send", "tls://\(host):\(port)", "--tls-trust", authority.certificate, "hello"])
    #expect(outcome.status == 0, "\(outcome)")
  }

  @Test("A hashed directory is trusted as a file is, and the chain may have an authority in between")
  func directoryAndChain() throws {
    let root = try TestAuthority()
    let middle = try TestAuthority("Middle CA", under: root)
    let (_, port) = try TLSPeer.openSSLServer(try middle.issue(), chain: middle.certificate)
    let directory = try TemporaryDirectory()
    try writeFile(directory("root.pem"), readFile(root.certificate))
    try RunningProcess("openssl", ["rehash", directory.path]).wait()
    #expect(try Self.probe(port, ["--tls-trust", directory.path]).status == 0)
  }

  @Test("The system's authorities are trusted without a word", arguments: ["SSL_CERT_FILE", "SSL_CERT_DIR"])
  func system(_ variable: String) throws {
    let authority = try TestAuthority()
    let (_, port) = try TLSPeer.openSSLServer(try authority.issue())
    let directory = try TemporaryDirectory()
    try writeFile(directory("root.pem"), readFile(authority.certificate))
    try RunningProcess("openssl", ["rehash", directory.path]).wait()
    let place = variable == "SSL_CERT_DIR" ? directory.path : authority.certificate
    let outcome = try Sock.run(
      ["connect", "-z", "tls://127.0.0.1:\(port)"], environment: [variable: place])
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try Self.probe(port, []).status == 76)
  }

  /// What is wrong with a certificate, and how the sentence puts it.
  struct Fault: Sendable, CustomTestStringConvertible {
    let name: String
    let sentence: String
    var change: @Sendable (inout TestAuthority.Traits) -> Void = { _ in }
    var testDescription: String { name }
  }

  static let faults = [
    Fault(name: "expired", sentence: "expired on 2024-02-01 00:00 UTC") { $0.to = "20240201000000Z" },
    Fault(name: "future", sentence: "is not valid before 2090-01-01 00:00 UTC") { $0.from = "20900101000000Z" },
    Fault(name: "elsewhere", sentence: "is for example.org and *.example.org, not for 127.0.0.1") {
      $0.names = "DNS:example.org,DNS:*.example.org"
    },
    Fault(name: "nameless", sentence: "is for no host, not for 127.0.0.1") { $0.names = "" },
    Fault(name: "weak", sentence: "has a key that is too weak") { $0.key = ["-newkey", "rsa:1024"] },
    Fault(name: "sha1", sentence: "is signed with a digest that is too weak") { $0.digest = "sha1" },
    Fault(name: "client", sentence: "is for another purpose than to be a server") {
      $0.extensions = "extendedKeyUsage=clientAuth"
    },
  ]

  @Test("Each fault of a certificate has its sentence, and status 76", arguments: faults)
  func faulty(_ fault: Fault) throws {
    let authority = try TestAuthority()
    let pair = try authority.issue(fault.name, fault.change)
    // A server at OpenSSL's usual level of security refuses to use a weak one.
    let (_, port) = try TLSPeer.openSSLServer(pair, ["-rev", "-quiet", "-cipher", "DEFAULT:@SECLEVEL=0"])
    let outcome = try Self.probe(port, ["--tls-trust", authority.certificate])
    #expect(outcome.status == 76)
    let beginning = "sock: 127.0.0.1:\(port) is not trusted: its certificate (CN=\(fault.name)) "
    #expect(outcome.errors == beginning + fault.sentence + "\n")
  }

  @Test("Unknown, self-signed and incomplete chains have their sentences")
  func unknown() throws {
    let (root, other) = (try TestAuthority(), try TestAuthority("Other CA"))
    let middle = try TestAuthority("Middle CA", under: root)
    let pair = try middle.issue()
    let trust = ["--tls-trust", root.certificate]
    let incomplete = try Self.probe(try TLSPeer.openSSLServer(pair).port, trust)
    #expect(incomplete.status == 76 && incomplete.errors.contains("the chain is incomplete"))
    #expect(incomplete.errors.contains("(CN=Middle CA)"))
    let foreign = try Self.probe(
      try TLSPeer.openSSLServer(try other.issue(), chain: other.certificate).port, trust)
    #expect(foreign.status == 76)
    #expect(foreign.errors.contains("its chain ends with an authority that is unknown here (CN=Other CA)"))
    let alone = try Self.probe(
      try TLSPeer.openSSLServer(try TestAuthority.selfSigned(in: try TemporaryDirectory())).port, trust)
    #expect(alone.status == 76 && alone.errors.contains("its certificate (CN=self) is self-signed"))
  }

  @Test("An authority that is none is not believed")
  func noAuthority() throws {
    let root = try TestAuthority()
    let leaf = try root.issue("leaf")
    let below = try TestAuthority("below", under: root)
    _ = below
    let directory = try TemporaryDirectory()
    // Signed with the key of a certificate that is not an authority's.
    try RunningProcess(
      "sh",
      [
        "-c",
        """
        cd \(directory.path) && openssl req -new -nodes -subj /CN=false -newkey ec -pkeyopt ec_paramgen_curve:P-256 \
          -keyout false.key -out false.csr && echo subjectAltName=IP:127.0.0.1 > ext && openssl x509 -req -in false.csr \
          -CA \(leaf.certificate) -CAkey \(leaf.key) -CAcreateserial -CAserial serial -days 9 -extfile ext -out false.pem
        """,
      ]
    ).wait()
    let pair = TestAuthority.Pair(certificate: directory("false.pem"), key: directory("false.key"))
    let (_, port) = try TLSPeer.openSSLServer(pair, chain: leaf.certificate)
    let outcome = try Self.probe(port, ["--tls-trust", root.certificate])
    #expect(outcome.status == 76)
    #expect(outcome.errors.contains("(CN=leaf) is used as that of an authority, and is none"))
  }

  @Test("A wildcard stands for one label, and --tls-name chooses another name than the host")
  func names() throws {
    let authority = try TestAuthority()
    let pair = try authority.issue { $0.names = "DNS:*.example.org" }
    let (_, port) = try TLSPeer.openSSLServer(pair)
    func status(_ name: String) throws -> CInt {
      try Self.probe(port, ["--tls-trust", authority.certificate, "--tls-name", name]).status
    }
    #expect(try status("a.example.org") == 0)
    #expect(try status("a.example.org.") == 0)
    #expect(try status("A.EXAMPLE.ORG") == 0)
    #expect(try status("example.org") == 76)
    #expect(try status("a.b.example.org") == 76)
  }

  @Test("A pin alone is enough for a self-signed server, and any other key is refused")
  func pins() throws {
    let pair = try TestAuthority.selfSigned(in: try TemporaryDirectory())
    let (_, port) = try TLSPeer.openSSLServer(pair)
    let refused = try Self.probe(port, ["--tls-pin", "sha256//" + String(repeating: "A", count: 43) + "="])
    #expect(refused.status == 76)
    let pin = try pair.pin()
    #expect(refused.errors.contains("its key is not the pinned one, but \(pin)\n"))
    #expect(try Self.probe(port, ["--tls-pin", pin]).status == 0)
    // With authorities of the user's, both must be right.
    let authority = try TestAuthority()
    #expect(try Self.probe(port, ["--tls-pin", pin, "--tls-trust", authority.certificate]).status == 76)
    let (_, other) = try TLSPeer.openSSLServer(try authority.issue())
    #expect(try Self.probe(other, ["--tls-pin", pin, "--tls-trust", authority.certificate]).status == 76)
  }

  @Test("--tls-no-verify goes on, and says so each time")
  func noVerification() throws {
    let (_, port) = try TLSPeer.openSSLServer(try TestAuthority.selfSigned(in: try TemporaryDirectory()))
    let outcome = try Self.probe(port, ["--tls-no-verify", "-v"])
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("warning: --tls-no-verify: the peer may be anyone"))
    #expect(outcome.errors.contains("not verified"))
  }

  @Test("--tls-min-days refuses a certificate that expires soon")
  func minimumDays() throws {
    let authority = try TestAuthority()
    let (_, port) = try TLSPeer.openSSLServer(try authority.issue { $0.to = "20990101000000Z" })
    #expect(try Self.probe(port, ["--tls-trust", authority.certificate, "--tls-min-days", "14"]).status == 0)
    let outcome = try Self.probe(port, ["--tls-trust", authority.certificate, "--tls-min-days", "36500"])
    #expect(outcome.status == 76)
    #expect(
      outcome.errors.contains("expires on 2099-01-01 00:00 UTC") && outcome.errors.contains("36500 days are asked"))
  }

  @Test("--retry waits for a server that is not there yet, and not for one that is not trusted")
  func retries() throws {
    let authority = try TestAuthority()
    let pair = try authority.issue()
    let port = try Ports.free()
    let sock = try Sock.start([
      "send", "-v", "--retry", "forever", "--retry-delay", "100ms", "tls://localhost:\(port)", "--tls-trust",
      authority.certificate, "hello",
    ])
    try sock.errors?.waitForLine(containing: "trying again in")
    let server = try RunningProcess(
      Sock.binary, ["listen", "-k", "--tls", "127.0.0.1", "\(port)"] + pair.arguments, input: .null)
    #expect(try Sock.outcome(of: sock).status == 0)
    let outcome = try Sock.run(["send", "--retry", "forever", "tls://localhost:\(port)", "hello"])
    #expect(outcome.status == 76 && outcome.errors.contains("is not trusted"), "\(outcome)")
    _ = server
  }

  @Test("connect -z names a server that is not trusted as failed, and not as unreachable")
  func checked() throws {
    let authority = try TestAuthority()
    let (_, port) = try TLSPeer.openSSLServer(try authority.issue())
    let outcome = try Sock.run(["connect", "-z", "tls://localhost:\(port),\(try Ports.free())"])
    #expect(outcome.errors.contains("localhost:\(port): failed: 127.0.0.1:\(port) is not trusted"), "\(outcome)")
  }
}
