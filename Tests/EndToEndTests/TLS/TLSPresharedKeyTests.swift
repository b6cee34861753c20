import SockTestSupport
import Testing

/// A key that both sides had before, in place of certificates: `--tls-psk`.
@Suite(.endToEnd) struct TLSPresharedKeyTests {
  private static let key = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

  private static func file(_ directory: TemporaryDirectory, _ key: String = key) throws -> String {
    let file = directory("key-\(key.utf8.count)-\(key.prefix(4))")
    try writeFile(file, Array((key + "\n").utf8))
    return file
  }

  private static func send(_ port: Int, _ psk: String, _ arguments: [String] = []) throws -> Sock.Outcome {
    try Sock.run(
      ["send", "-v", "tls://127.0.0.1:\(port)", "--tls-psk", psk, "hello\n"] + arguments, within: .seconds(10))
  }

  @Test("Both sides trust each other by the key, without a certificate", arguments: ["1.2", "1.3"])
  func works(_ version: String) throws {
    let directory = try TemporaryDirectory()
    let psk = "alice:@\(try Self.file(directory))"
    let listener = try SockListener(
      ["-v", "--tls", "--tls-psk", "bob:@\(try Self.file(directory, "beef"))", "--tls-psk", psk, "--shell-exec"]
        + ["echo $SOCK_TLS_PSK_IDENTITY $SOCK_TLS_SUBJECT; cat", "--tls-version", version])
    let outcome = try Self.send(listener.port, psk)
    #expect(outcome.status == 0 && outcome.text == "alice\nhello\n", "\(outcome)")
    let secured = outcome.errorLines.first { $0.contains("secured") }
    #expect(secured?.contains("TLSv\(version)") == true && secured?.contains("pre-shared key 'alice'") == true)
    #expect(secured?.contains("resumed") == false && !outcome.errors.contains("made a certificate"), "\(outcome)")
    _ = try listener.errors.waitForLine(containing: "pre-shared key 'alice'")
  }

  @Test("s_server and s_client have the same key", arguments: ["-tls1_2", "-tls1_3"])
  func foreign(_ version: String) throws {
    let directory = try TemporaryDirectory()
    let psk = "Client_identity:@\(try Self.file(directory))"
    let port = try Ports.free()
    let server = try RunningProcess(
      "openssl",
      ["s_server", "-accept", "127.0.0.1:\(port)", "-nocert", "-psk", Self.key, "-rev", "-quiet", version], input: .null
    )
    try SocketTable.tcp.waitForListener(on: port)
    let outcome = try Self.send(port, psk)
    #expect(outcome.status == 0 && outcome.text == "olleh\n", "\(outcome)")
    _ = server
    let listener = try SockListener(["--tls", "--tls-psk", psk, "--exec", "/bin/cat"])
    let client = try TLSPeer.openSSLClient(
      port: listener.port, ["-psk", Self.key, "-quiet", "-no_ign_eof", version], input: .pipe)
    try client.input?.write("to and fro\n")
    _ = try client.output?.waitForLine(containing: "to and fro")
  }

  @Test("Another key, an unknown name, and none at all are refused by name", arguments: ["1.2", "1.3"])
  func refusals(_ version: String) throws {
    let directory = try TemporaryDirectory()
    let (right, wrong) = (try Self.file(directory), try Self.file(directory, "ffff" + Self.key.dropFirst(4)))
    let authority = try TestAuthority()
    let cases: [(client: [String], server: String)] = [
      (["--tls-psk", "alice:@\(wrong)"], "is not trusted: its pre-shared key 'alice' is another one"),
      (["--tls-psk", "mallory:@\(right)"], "is not trusted: it has a pre-shared key 'mallory', which is unknown here"),
      (["--tls-no-verify"], "is not trusted: it has not used a pre-shared key, and must"),
    ]
    for (client, sentence) in cases {
      let listener = try SockListener(["--tls", "--tls-psk", "alice:@\(right)", "--tls-version", version])
      let outcome = try Sock.run(["send", "--tls", "127.0.0.1", "\(listener.port)", "x"] + client)
      #expect(outcome.status == 76, "\(outcome)")
      let served = try listener.outcome()
      #expect(served.status == 76 && served.errors.contains(sentence) && served.text.isEmpty, "\(served)")
    }
    // A server that shows a certificate in place of the key.
    let (_, port) = try TLSPeer.openSSLServer(try authority.issue(), ["-rev", "-quiet"])
    let outcome = try Sock.run(
      ["send", "tls://localhost:\(port)", "--tls-psk", "alice:@\(right)", "--tls-version", version, "x"],
      environment: ["SSL_CERT_FILE": authority.certificate])
    #expect(outcome.status == 76, "\(outcome)")
    #expect(
      outcome.errors.contains(
        version == "1.3"
          ? "it does not know the pre-shared key, and has sent a certificate instead" : "handshake_failure"),
      "\(outcome)")
  }

  @Test(
    "Keys that are none are mistakes",
    arguments: [
      ("alice", "--tls-psk needs the name of a key and its file: ID:@FILE"), (":@/x", "--tls-psk needs the name"),
      ("alice:@", "--tls-psk needs the name"), ("alice:@/none", "--tls-psk: /none: No such file"),
      ("alice:@ODD", "is no key: write 2 to 512 hexadecimal digits"), ("alice:@WORDS", "is no key"),
      ("alice:@EMPTY", "is no key"), ("alice:@LONG", "is no key"),
    ])
  func mistakes(_ value: String, _ message: String) throws {
    let directory = try TemporaryDirectory()
    try writeFile(directory("ODD"), Array("abc\n".utf8))
    try writeFile(directory("WORDS"), Array("secret word\n".utf8))
    try writeFile(directory("EMPTY"), [])
    try writeFile(directory("LONG"), Array(String(repeating: "a", count: 514).utf8))
    let file = value.hasPrefix("alice:@") && !value.contains("/") && value != "alice:@"
    let text = file ? "alice:@" + directory(String(value.dropFirst(7))) : value
    let outcome = try Sock.run(["listen", "--tls", "0", "--tls-psk", text], within: .seconds(10))
    #expect(outcome.status == 64 && outcome.errors.contains(message), "\(outcome)")
  }

  @Test("A client has one key, a server none twice, and neither has certificates beside it")
  func combinations() throws {
    let directory = try TemporaryDirectory()
    let file = try Self.file(directory)
    let two = ["--tls-psk", "a:@\(file)", "--tls-psk", "b:@\(file)"]
    let cases: [([String], String)] = [
      (["connect", "--tls", "127.0.0.1", "1"] + two, "--tls-psk: a client has one key"),
      (["listen", "--tls", "0"] + two + two, "--tls-psk: there are two keys with the same name"),
      (["listen", "--tls", "0", "--tls-cert", "/x"] + two, "--tls-psk and --tls-cert exclude each other"),
      (["connect", "--tls", "127.0.0.1", "1", "--tls-no-verify"] + two, "--tls-psk and --tls-no-verify exclude"),
    ]
    for (words, message) in cases {
      let outcome = try Sock.run(words, within: .seconds(10))
      #expect(outcome.status == 64 && outcome.errors.hasPrefix("sock: " + message), "\(outcome)")
    }
  }
}
