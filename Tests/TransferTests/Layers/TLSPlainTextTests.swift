import SockTestSupport
import Testing

@testable import Transfer

/// What the first bytes of a peer tell that does not speak TLS.
@Suite struct TLSPlainTextTests {
  private static func sentence(_ bytes: [UInt8], _ role: TLSRole = .client) -> String? {
    TLSPlainText(beginning: bytes, role: role).sentence
  }

  @Test(
    "A greeting is quoted, with its protocol and how one asks for TLS in it",
    arguments: [
      ("HTTP/1.1 400 Bad Request\r\n", "it says 'HTTP/1.1 400 Bad Request' (HTTP)"),
      ("SSH-2.0-OpenSSH_9.2\r\n", "it says 'SSH-2.0-OpenSSH_9.2' (SSH)"),
      ("220 mail ESMTP\r\n", "it says '220 mail ESMTP' (SMTP, which asks for TLS with --starttls smtp)"),
      ("220 (vsFTPd 3)\r\n", "it says '220 (vsFTPd 3)' (FTP, which asks for TLS with --starttls ftp)"),
      ("220 mail LMTP\r\n", "it says '220 mail LMTP' (LMTP, which asks for TLS with --starttls lmtp)"),
      ("* OK ready\r\n", "it says '* OK ready' (IMAP, which asks for TLS with --starttls imap)"),
      ("+OK ready\r\n", "it says '+OK ready' (POP3, which asks for TLS with --starttls pop3)"),
      ("200 news\r\n", "it says '200 news' (NNTP, which asks for TLS with --starttls nntp)"),
      ("J\0\0\0\n8.0.36\0abc", "it says '8.0.36' (MySQL, which asks for TLS with --starttls mysql)"),
      ("220 hello\r\n", "it says '220 hello'"), ("E\0\0\0\u{8}", "its first bytes are 45 00 00 00 08"),
      ("\0", "its first bytes are 00"), ("\r\n", "its first bytes are 0d 0a"),
      (String(repeating: "x", count: 64), "it says '\(String(repeating: "x", count: 64))…'"),
      ("a\u{1b}[31mb\n", "it says 'a.[31mb'"),
    ])
  func clients(_ text: String, _ sentence: String) {
    #expect(Self.sentence(Array(text.utf8)) == sentence)
  }

  @Test("What may be TLS, or is not there yet, is not called plain text")
  func mayBeTLS() {
    for bytes in [[], [22], [21, 3, 1], [20, 3], [23], [24, 3, 3]] as [[UInt8]] {
      #expect(Self.sentence(bytes) == nil)
      #expect(Self.sentence(bytes, .server) == nil)
    }
    // The hello of an old client, and what telnet(1) says.
    #expect(Self.sentence([0x80, 0x2e, 1, 3, 1], .server) == nil)
    #expect(Self.sentence([0x80], .server) == nil)
    #expect(Self.sentence([0xff, 0xfd, 0x18]) == "its first bytes are ff fd 18")
    #expect(Self.sentence([0xff, 0xfd, 0x18], .server) == "its first bytes are ff fd 18")
    #expect(Self.sentence(Array("GET / HTTP/1.0\r\n".utf8), .server) == "it says 'GET / HTTP/1.0' (HTTP)")
  }

  @Test("Whatever a peer says, the sentence is one printable line")
  func anything() {
    var generator = RandomData(seed: 23)
    let greetings = ["220 ESMTP\r\n", "* OK\r\n", "HTTP/1.1", "J\0\0\0\n8.0", "+OK", "SSH-"].map { Array($0.utf8) }
    for round in 0..<50_000 {
      var bytes = (0..<Int.random(in: 0...64, using: &generator)).map { _ in
        UInt8.random(in: 0...255, using: &generator)
      }
      if round.isMultiple(of: 2) {
        bytes = Array((greetings[round / 2 % greetings.count] + bytes).prefix(64))
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      }
      for role in [TLSRole.client, .server] {
        guard let sentence = Self.sentence(bytes, role) else { continue }
        let isFine = sentence.unicodeScalars.allSatisfy { (0x20..<0x7f).contains($0.value) || $0 == "…" }
        if !isFine || sentence.count > 160 { Issue.record("\(bytes): \(sentence)") }
      }
    }
  }
}
