import Glibc
import SockTestSupport
import Testing

/// What sock reports about TLS, and what it agrees on with a peer.
@Suite(.endToEnd) struct TLSReportTests {
  /// A server and a client of sock's, whose events are JSON.
  private static func exchange(
    server: [String], client: [String]
  ) throws -> (server: Sock.Outcome, client: Sock.Outcome) {
    let authority = try TestAuthority()
    let listener = try SockListener(["--tls", "--json"] + server + (try authority.issue().arguments))
    let sent = try Sock.run(
      ["send", "tls://localhost:\(listener.port)", "--json", "--tls-trust", authority.certificate, "x"] + client)
    return (try listener.outcome(), sent)
  }

  private static func secured(_ outcome: Sock.Outcome) -> String {
    outcome.errorLines.first { $0.contains("\"event\":\"secured\"") } ?? "none"
  }

  @Test("The secured event says what was agreed on, and follows connected")
  func secured() throws {
    let (server, client) = try Self.exchange(server: ["--alpn", "b,a"], client: ["--alpn", "a,b"])
    #expect(server.status == 0 && client.status == 0)
    let event = Self.secured(client)
    for part in [
      "\"connection\":1", "\"version\":\"TLSv1.3\"", "\"cipher\":\"TLS_AES_256_GCM_SHA384\"", "\"group\":\"x25519\"",
      // The server's order counts.
      "\"alpn\":\"b\"", "\"resumed\":false", "\"verified\":true", "\"subject\":\"CN=localhost\"",
      "\"issuer\":\"CN=Test CA\"", "\"names\":[\"localhost\",\"127.0.0.1\"]", "\"pin\":\"sha256//", "\"days-left\":",
    ] { #expect(event.contains(part), "\(event)") }
    let order = client.errorLines.map { $0.contains("\"connected\"") ? 1 : $0.contains("\"secured\"") ? 2 : 0 }
    #expect(order.filter { $0 > 0 } == [1, 2])
    #expect(Self.secured(server).contains("\"alpn\":\"b\""))
  }

  @Test("-v has a line for each certificate")
  func verbose() throws {
    let root = try TestAuthority()
    let middle = try TestAuthority("Middle CA", under: root)
    let pair = try middle.issue()
    let (_, port) = try TLSPeer.openSSLServer(pair, chain: middle.certificate)
    let directory = try TemporaryDirectory()
    let outcome = try Sock.run([
      "connect", "-z", "-v", "tls://127.0.0.1:\(port)", "--tls-trust", root.certificate, "--tls-save-chain",
      directory("chain.pem"),
    ])
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("sock: secured 127.0.0.1:\(port): TLSv1.3, TLS_AES_256_GCM_SHA384, x25519\n"))
    #expect(outcome.errors.contains("\n  CN=localhost for localhost, 127.0.0.1, issued by CN=Middle CA, "))
    #expect(outcome.errors.contains("days left, pin \(try pair.pin())\n  CN=Middle CA, issued by CN=Test CA, "))
    let saved = String(decoding: try readFile(directory("chain.pem")), as: UTF8.self)
    #expect(saved == String(decoding: try readFile(pair.certificate) + readFile(middle.certificate), as: UTF8.self))
  }

  @Test(
    "Versions, ciphers and groups are those that were asked for",
    arguments: [
      (["--tls-version", "1.2"], "\"version\":\"TLSv1.2\""),
      (["--tls-version", "1.2-1.3"], "\"version\":\"TLSv1.3\""),
      (["--tls-ciphers", "TLS_CHACHA20_POLY1305_SHA256"], "\"cipher\":\"TLS_CHACHA20_POLY1305_SHA256\""),
      (
        ["--tls-version", "1.2", "--tls-ciphers", "ECDHE-ECDSA-AES128-GCM-SHA256"],
        "\"cipher\":\"ECDHE-ECDSA-AES128-GCM-SHA256\""
      ),
      (["--tls-groups", "P-384"], "\"group\":\"secp384r1\""),
    ])
  func agreements(_ arguments: [String], _ part: String) throws {
    let (server, client) = try Self.exchange(server: [], client: arguments)
    #expect(Self.secured(client).contains(part), "\(client)")
    #expect(Self.secured(server).contains(part), "\(server)")
  }

  @Test(
    "Nothing in common is a sentence on both sides, and 76",
    arguments: [
      (
        ["--tls-version", "1.2"], ["--tls-version", "1.3"], "no version of TLS in common", "no version of TLS in common"
      ),
      (
        ["--tls-version", "1.2", "--tls-ciphers", "ECDHE-ECDSA-AES128-GCM-SHA256"],
        ["--tls-version", "1.2", "--tls-ciphers", "ECDHE-ECDSA-AES256-GCM-SHA384"], "no cipher in common", "no cipher"
      ),
      (
        ["--tls-groups", "P-384"], ["--tls-groups", "X25519"], "no group for the key exchange in common",
        "no cipher, group"
      ),
      (
        ["--alpn", "h2"], ["--alpn", "smtp"], "no application protocol (ALPN) in common",
        "no application protocol (ALPN) in common"
      ),
    ])
  func nothingInCommon(
    _ server: [String], _ client: [String], _ servers: String, _ clients: String
  ) throws {
    let outcomes = try Self.exchange(server: server, client: client)
    #expect(outcomes.server.status == 76 && outcomes.server.errors.contains(servers), "\(outcomes.server)")
    #expect(outcomes.client.status == 76 && outcomes.client.errors.contains(clients), "\(outcomes.client)")
  }

  @Test("The keys of a session are appended to a file that nobody else can read", arguments: ["option", "variable"])
  func keyLog(_ way: String) throws {
    let authority = try TestAuthority()
    let (_, port) = try TLSPeer.openSSLServer(try authority.issue())
    let directory = try TemporaryDirectory()
    let log = directory("keys")
    for _ in 0..<2 {
      let outcome = try Sock.run(
        ["connect", "-z", "tls://127.0.0.1:\(port)", "--tls-trust", authority.certificate]
          + (way == "option" ? ["--tls-keylog", log] : []), environment: way == "option" ? [:] : ["SSLKEYLOGFILE": log])
      #expect(outcome.status == 0, "\(outcome)")
    }
    let lines = String(decoding: try readFile(log), as: UTF8.self).split(separator: "\n")
    #expect(lines.filter { $0.hasPrefix("CLIENT_TRAFFIC_SECRET_0 ") }.count == 2)
    #expect(fileStatus(log).map { $0.st_mode & 0o777 } == 0o600)
  }

  @Test("A greeting in plain text is shown")
  func plainText() throws {
    let (_, port) = try PythonPeer.server("c.sendall(b'220 mail.example.org ESMTP\\r\\n')\nc.recv(9)\nc.close()")
    let outcome = try Sock.run(["connect", "--tls", "127.0.0.1", "\(port)"])
    #expect(outcome.status == 76)
    #expect(
      outcome.errors
        == "sock: 127.0.0.1:\(port) does not speak TLS: it says '220 mail.example.org ESMTP'"
        + " (SMTP, which asks for TLS with --starttls smtp)\n")
  }

  @Test("Without OpenSSL TLS is not supported, and everything else works", .enabled(if: Sock.canMakeNamespaces))
  func withoutTheLibrary() throws {
    let outcome = try Sock.inNamespace(
      """
      for library in $(ldconfig -p | sed -n 's/.*libssl.so.3.* => //p'); do mount --bind /dev/null "$library"; done
      "$SOCK" resolve 127.0.0.1 >/dev/null
      "$SOCK" connect --tls 127.0.0.1 1 || exit $?
      """)
    #expect(outcome.status == 78, "\(outcome)")
    #expect(outcome.errors == "sock: TLS needs OpenSSL 3, which is not installed: install libssl3 (libssl.so.3)\n")
  }

  @Test("The program is not linked with OpenSSL, and says to packagers that it loads it")
  func notLinked() throws {
    let notes = try RunningProcess("readelf", ["--wide", "-n", "-d", Sock.binary])
    try notes.wait()
    let text = notes.output?.text ?? ""
    #expect(!text.contains("libssl") && !text.contains("libcrypto"))
    #expect(text.contains("0x407c0c0a"))
    let strings = try RunningProcess("readelf", ["-p", ".note.dlopen", Sock.binary])
    try strings.wait()
    #expect(strings.output?.text.contains("\"libssl.so.3\"") == true)
  }
}
