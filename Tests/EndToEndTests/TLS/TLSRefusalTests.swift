import SockTestSupport
import Testing

/// Handshakes in which the two sides have nothing in common, or one of them does not speak TLS, as client and as server.
@Suite(.endToEnd) struct TLSRefusalTests {
  /// What one side accepts and the other offers, and the sentence for it.
  struct Mismatch: Sendable, CustomTestStringConvertible {
    let name: String
    let ours: [String]
    let theirs: [String]
    let sentence: String
    var testDescription: String { name }
  }

  private static let handshakeFailure =
    "refuses us with the alert handshake_failure: no cipher, group or signature in common, or it wants a certificate"
  private static let strong = "ECDHE-ECDSA-AES256-GCM-SHA384"
  private static let other = "ECDHE-ECDSA-AES128-GCM-SHA256"

  static let asClient = [
    Mismatch(
      name: "a newer version", ours: ["--tls-version", "1.3"], theirs: ["-tls1_2"],
      sentence: "refuses us with the alert protocol_version: no version of TLS in common"),
    Mismatch(
      name: "an older version", ours: ["--tls-version", "1.2"], theirs: ["-tls1_3"],
      sentence: "refuses us with the alert protocol_version: no version of TLS in common"),
    Mismatch(
      name: "cipher 1.2", ours: ["--tls-version", "1.2", "--tls-ciphers", strong], theirs: ["-cipher", other],
      sentence: handshakeFailure),
    Mismatch(
      name: "cipher 1.3", ours: ["--tls-version", "1.3", "--tls-ciphers", "TLS_AES_256_GCM_SHA384"],
      theirs: ["-ciphersuites", "TLS_AES_128_GCM_SHA256"], sentence: handshakeFailure),
    Mismatch(
      name: "group 1.3", ours: ["--tls-groups", "X25519"], theirs: ["-tls1_3", "-groups", "P-384"],
      sentence: handshakeFailure),
    Mismatch(
      name: "group 1.2", ours: ["--tls-groups", "P-256"], theirs: ["-tls1_2", "-groups", "P-384"],
      sentence: handshakeFailure),
    Mismatch(
      name: "protocol", ours: ["--alpn", "http/1.1"], theirs: ["-alpn", "h2"],
      sentence: "refuses us with the alert no_application_protocol: no application protocol (ALPN) in common"),
  ]

  @Test("As a client", arguments: asClient)
  func client(_ mismatch: Mismatch) throws {
    let authority = try TestAuthority()
    let (_, port) = try TLSPeer.openSSLServer(try authority.issue(), ["-rev", "-quiet"] + mismatch.theirs)
    let outcome = try Sock.run(
      ["connect", "--tls", "127.0.0.1", "\(port)", "--tls-trust", authority.certificate] + mismatch.ours)
    #expect(outcome.status == 76 && outcome.errors == "sock: 127.0.0.1:\(port) \(mismatch.sentence)\n", "\(outcome)")
  }

  static let asServer = [
    Mismatch(
      name: "a newer version", ours: ["--tls-version", "1.3"], theirs: ["-tls1_2"],
      sentence: "has no version of TLS in common with us"),
    Mismatch(
      name: "an older version", ours: ["--tls-version", "1.2"], theirs: ["-tls1_3"],
      sentence: "has no version of TLS in common with us"),
    Mismatch(
      name: "cipher 1.2", ours: ["--tls-version", "1.2", "--tls-ciphers", strong], theirs: ["-cipher", other],
      sentence: "has no cipher in common with us"),
    Mismatch(
      name: "cipher 1.3", ours: ["--tls-ciphers", "TLS_AES_256_GCM_SHA384"],
      theirs: ["-tls1_3", "-ciphersuites", "TLS_AES_128_GCM_SHA256"], sentence: "has no cipher in common with us"),
    Mismatch(
      name: "group", ours: ["--tls-groups", "X25519"], theirs: ["-tls1_3", "-groups", "P-384"],
      sentence: "has no group for the key exchange in common with us"),
    Mismatch(
      name: "protocol", ours: ["--alpn", "h2"], theirs: ["-alpn", "http/1.1"],
      sentence: "has no application protocol (ALPN) in common with us"),
    Mismatch(
      name: "signature", ours: [], theirs: ["-tls1_3", "-sigalgs", "RSA-PSS+SHA256"],
      sentence: "has no signature algorithm in common with us"),
  ]

  @Test("As a server", arguments: asServer)
  func server(_ mismatch: Mismatch) throws {
    let authority = try TestAuthority()
    let listener = try SockListener(["--tls"] + (try authority.issue().arguments) + mismatch.ours)
    try TLSPeer.openSSLClient(port: listener.port, mismatch.theirs).wait()
    let outcome = try listener.outcome()
    #expect(outcome.status == 76 && outcome.errors.hasSuffix(" \(mismatch.sentence)\n"), "\(outcome)")
  }

  @Test(
    "A server that does not speak TLS is quoted, even if it says little and waits",
    arguments: [
      ("HTTP/1.1 400 Bad Request\\r\\n\\r\\n", "it says 'HTTP/1.1 400 Bad Request' (HTTP)"),
      ("SSH-2.0-x\\r\\n", "it says 'SSH-2.0-x' (SSH)"),
      ("220 mail ESMTP\\r\\n", "it says '220 mail ESMTP' (SMTP, which asks for TLS with --starttls smtp)"),
      ("\\xff\\xfd\\x18", "its first bytes are ff fd 18"), ("N", "it says 'N'"),
    ])
  func plainServers(_ greeting: String, _ sentence: String) throws {
    for ending in ["hear()", "c.close()"] {
      let (_, port) = try PythonPeer.server("c.sendall(b'\(greeting)')\n\(ending)")
      let outcome = try Sock.run(["connect", "--tls", "127.0.0.1", "\(port)"], within: .seconds(8))
      #expect(outcome.status == 76, "\(outcome)")
      // One that resets the connection may be quicker than what it has said.
      if ending == "hear()" || !outcome.errors.contains("ECONNRESET") {
        #expect(outcome.errors == "sock: 127.0.0.1:\(port) does not speak TLS: \(sentence)\n", "\(outcome)")
      }
    }
  }

  @Test(
    "Alerts are named, and one that only says farewell is no riddle",
    arguments: [
      (40, handshakeFailure),
      (48, "refuses us with the alert unknown_ca: it does not know the authority of our certificate"),
      (70, "refuses us with the alert protocol_version: no version of TLS in common"),
      (112, "refuses us with the alert unrecognized_name: it does not know the name that we asked for"),
      (0, "has ended the session during the handshake of TLS (close_notify)"),
    ])
  func alerts(_ number: Int, _ sentence: String) throws {
    let (_, port) = try PythonPeer.server(
      "c.recv(9999)\nc.sendall(bytes([21, 3, 3, 0, 2, \(number == 0 ? 1 : 2), \(number)]))\nc.shutdown(1)\nhear()")
    let outcome = try Sock.run(["connect", "--tls", "127.0.0.1", "\(port)"], within: .seconds(8))
    #expect(outcome.status == 76 && outcome.errors == "sock: 127.0.0.1:\(port) \(sentence)\n", "\(outcome)")
  }
}
