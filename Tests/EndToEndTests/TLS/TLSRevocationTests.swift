import SockTestSupport
import Testing

/// Certificates that were revoked: `--tls-crl`, `--tls-ocsp` and `--tls-ocsp-response`.
@Suite(.endToEnd) struct TLSRevocationTests {
  private static func probe(_ port: Int, _ arguments: [String]) throws -> Sock.Outcome {
    try Sock.run(["connect", "-z", "--tls", "127.0.0.1", "\(port)"] + arguments)
  }

  // MARK: Lists

  @Test("A list refuses what is revoked, and must be there for each authority and up to date")
  func lists() throws {
    let (root, other) = (try TestAuthority(), try TestAuthority("Other CA"))
    let (good, bad) = (try root.issue("good"), try root.issue("bad"))
    try root.revoke(bad)
    let list = try root.revocationList()
    let (fine, revoked) = (try TLSPeer.openSSLServer(good).port, try TLSPeer.openSSLServer(bad).port)
    func outcome(_ port: Int, _ list: String) throws -> Sock.Outcome {
      try Self.probe(port, ["--tls-trust", root.certificate, "--tls-crl", list])
    }
    #expect(try outcome(fine, list).status == 0)
    let unknown = "so it is unknown whether its certificate (CN=good) has been revoked"
    let cases: [(Int, String, String)] = [
      (revoked, list, "its certificate (CN=bad) has been revoked by its issuer (CN=Test CA)"),
      (
        fine, try root.revocationList(to: "20240201000000Z"),
        "the revocation list of CN=Test CA is out of date since 2024-02-01 00:00 UTC, \(unknown)"
      ),
      (
        fine, try root.revocationList(from: "20900101000000Z"),
        "the revocation list of CN=Test CA is not valid before 2090-01-01 00:00 UTC, \(unknown)"
      ),
      (fine, try other.revocationList(), "there is no revocation list of CN=Test CA, \(unknown)"),
    ]
    for (port, list, sentence) in cases {
      let refused = try outcome(port, list)
      #expect(refused.status == 76, "\(refused)")
      #expect(refused.errors == "sock: 127.0.0.1:\(port) is not trusted: \(sentence)\n")
    }
  }

  @Test("Each authority of the chain needs a list, and one in between can be revoked")
  func chains() throws {
    let root = try TestAuthority()
    let middle = try TestAuthority("Middle CA", under: root)
    let (_, port) = try TLSPeer.openSSLServer(try middle.issue("leaf"), chain: middle.certificate)
    let trust = ["--tls-trust", root.certificate]
    let lists = ["--tls-crl", try middle.revocationList()]
    let missing = try Self.probe(port, trust + lists)
    #expect(missing.status == 76 && missing.errors.contains("there is no revocation list of CN=Test CA"), "\(missing)")
    let complete = try Self.probe(port, trust + lists + ["--tls-crl", try root.revocationList()])
    #expect(complete.status == 0, "\(complete)")
    try root.revoke(middle.own)
    let revoked = try Self.probe(port, trust + lists + ["--tls-crl", try root.revocationList(from: "20240102000000Z")])
    #expect(revoked.status == 76, "\(revoked)")
    #expect(revoked.errors.contains("a certificate of its chain (CN=Middle CA) has been revoked"), "\(revoked)")
  }

  @Test("A server refuses clients that are revoked, and reads the list again at SIGHUP")
  func clients() throws {
    let authority = try TestAuthority()
    let directory = try TemporaryDirectory()
    let list = directory("list.pem")
    try writeFile(list, readFile(try authority.revocationList()))
    let listener = try SockListener(
      ["-k", "-v", "--tls", "--tls-client-trust", authority.certificate, "--tls-crl", list]
        + (try authority.issue().arguments))
    let client = try authority.issue("alice")
    func outcome() throws -> Sock.Outcome {
      try Sock.run(
        ["send", "tls://localhost:\(listener.port)", "--tls-trust", authority.certificate, "hi"] + client.arguments)
    }
    #expect(try outcome().status == 0)
    try authority.revoke(client)
    try writeFile(list, readFile(try authority.revocationList(from: "20240102000000Z")))
    listener.process.send(1)
    _ = try listener.errors.waitForLine(containing: "read again")
    let refused = try outcome()
    #expect(refused.status == 76 && refused.errors.contains("certificate_revoked"), "\(refused)")
    _ = try listener.errors.waitForLine(containing: "(CN=alice) has been revoked by its issuer (CN=Test CA)")
  }

  // MARK: Stapled answers

  @Test("A stapled answer vouches for the server, from s_server and from sock")
  func stapled() throws {
    let authority = try TestAuthority()
    let pair = try authority.issue()
    let answer = try authority.status(of: pair)
    let options = ["--tls-trust", authority.certificate, "--tls-ocsp"]
    for version in ["1.2", "1.3"] {
      let listener = try SockListener(
        ["-k", "--tls", "--tls-ocsp-response", answer, "--tls-version", version] + pair.arguments)
      let outcome = try Self.probe(listener.port, options)
      #expect(outcome.status == 0, "\(outcome)")
      let client = try TLSPeer.openSSLClient(
        port: listener.port, ["-status", "-CAfile", authority.certificate, "-verify_return_error"])
      try client.wait()
      #expect(client.output?.text.contains("Cert Status: good") == true)
    }
    let foreign = try Self.probe(
      try TLSPeer.openSSLServer(pair, ["-rev", "-quiet", "-status_file", answer]).port, options)
    #expect(foreign.status == 0, "\(foreign)")
  }

  @Test("One that is missing, wrong, foreign or bad news is a refusal")
  func badAnswers() throws {
    let (authority, other) = (try TestAuthority(), try TestAuthority("Other CA"))
    let (pair, another) = (try authority.issue(), try authority.issue("another"))
    let directory = try TemporaryDirectory()
    try writeFile(directory("nobody"), [])
    func copy(_ file: String, _ name: String) throws -> String {
      try writeFile(directory(name), readFile(file))
      return directory(name)
    }
    var cases: [(String?, String)] = [
      (nil, "it has sent no answer of OCSP with its certificate, and must"),
      (
        try copy(try authority.status(of: another), "another"),
        "the answer of OCSP that it has sent is about another certificate"
      ),
      (
        try copy(try authority.status(of: pair, signedBy: try other.issue("mallory")), "forged"),
        "the answer of OCSP that it has sent is not signed by the issuer of its certificate, or by somebody on its behalf: "
      ),
      (
        try copy(try authority.status(of: pair, index: directory("nobody")), "unknown"),
        "its certificate (CN=localhost) is unknown to its issuer (CN=Test CA)"
      ),
    ]
    try authority.revoke(pair)
    cases.append(
      (
        try copy(try authority.status(of: pair), "revoked"),
        "its certificate (CN=localhost) was revoked by its issuer (CN=Test CA) on "
      ))
    for (answer, sentence) in cases {
      for version in ["-tls1_2", "-tls1_3"] {
        let (_, port) = try TLSPeer.openSSLServer(
          pair, ["-rev", "-quiet", version] + (answer.map { ["-status_file", $0] } ?? []))
        let outcome = try Self.probe(port, ["--tls-trust", authority.certificate, "--tls-ocsp"])
        #expect(outcome.status == 76, "\(version) \(outcome)")
        #expect(
          outcome.errors.hasPrefix("sock: 127.0.0.1:\(port) is not trusted: \(sentence)"), "\(version) \(outcome)")
      }
    }
  }

  @Test("Files that are none of these are mistakes")
  func mistakes() throws {
    let authority = try TestAuthority()
    let pair = try authority.issue()
    let other = try authority.issue("other")
    let answer = try authority.status(of: other)
    let list = try authority.revocationList()
    let cases: [([String], String)] = [
      (["connect", "--tls", "127.0.0.1", "1", "--tls-crl", "/none"], "--tls-crl /none: No such file"),
      (["connect", "--tls", "127.0.0.1", "1", "--tls-crl", pair.certificate], "--tls-crl \(pair.certificate): "),
      (
        ["listen", "--tls", "0", "--tls-crl", list],
        "--tls-crl is about authorities that are trusted: add --tls-client-trust"
      ),
      (
        ["connect", "--tls", "127.0.0.1", "1", "--tls-crl", list, "--tls-pin", try pair.pin()],
        "--tls-crl is about authorities that are trusted: add --tls-trust"
      ),
      (
        ["listen", "--tls", "0", "--tls-ocsp-response", answer],
        "--tls-ocsp-response is about a certificate: add --tls-cert"
      ),
      (
        ["listen", "--tls", "0", "--tls-ocsp-response", answer] + pair.arguments,
        "--tls-ocsp-response \(answer): it is about no certificate of --tls-cert"
      ),
      (
        ["listen", "--tls", "0", "--tls-ocsp-response", pair.certificate] + pair.arguments,
        "--tls-ocsp-response \(pair.certificate): there is no answer of OCSP in it, in DER"
      ),
      (
        ["listen", "--tls", "0", "--tls-ocsp-response", "/none"] + pair.arguments,
        "--tls-ocsp-response /none: No such file"
      ),
    ]
    for (words, message) in cases {
      let outcome = try Sock.run(words, within: .seconds(10))
      #expect(outcome.status == 64 && outcome.errors.hasPrefix("sock: " + message), "\(outcome)")
    }
  }
}
