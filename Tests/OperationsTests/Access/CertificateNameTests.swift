import Testing

@testable import Operations
@testable import Transfer

@Suite struct CertificateNameTests {
  private static func certificate(_ names: [String], commonName: String? = nil) -> TLSCertificateFacts {
    TLSCertificateFacts(
      subject: "", issuer: "", commonName: commonName, names: names, pin: "", validity: 0...1, daysLeft: 0)
  }

  @Test(
    "A name is found whole, or an asterisk stands for one label or one user",
    arguments: [
      ("alice", "alice", true), ("alice", "ALICE", true), ("alice", "alice2", false),
      ("*.example.org", "a.example.org", true),
      ("*.example.org", "a.b.example.org", false), ("*.example.org", "example.org", false),
      ("*.example.org", ".example.org", false), ("*.example.org", "*.example.org", true),
      ("*.example.org", "me@a.example.org", false), ("*.example.org", "spiffe://a.example.org", false),
      ("a.example.org", "*.example.org", false), ("*@example.org", "me@example.org", true),
      ("*@example.org", "my.name@example.org", true), ("*@example.org", "a@b@example.org", false),
      ("*@example.org", "@example.org", false), ("*@example.org", "me@mail.example.org", false),
      ("spiffe://x/y", "spiffe://x/y", true), ("10.0.0.1", "10.0.0.1", true), ("alice", "alice\0.evil", false),
    ])
  func matching(_ rule: String, _ name: String, _ expected: Bool) throws {
    let rule = try #require(CertificateName(rule))
    #expect(rule.matches(Self.certificate(["other", name])) == expected)
    #expect(rule.matches(Self.certificate([], commonName: name)) == expected)
    #expect(!rule.matches(Self.certificate([])))
  }

  @Test("What is no name is none", arguments: ["", "*", "*.", "*@", "a*", "a.*", "*.*.org", "a\nb", "*a.org"])
  func refused(_ text: String) { #expect(CertificateName(text) == nil) }
}
