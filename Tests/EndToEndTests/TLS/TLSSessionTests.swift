import Glibc
import SockTestSupport
import Testing

/// Sessions that a later run resumes, and data that is sent before the handshake is over: `--tls-session` and
/// `--tls-early-data`.
@Suite(.endToEnd) struct TLSSessionTests {
  /// A server that sends everything back, an authority that vouches for it, and a place for the session.
  private struct Scene {
    let authority: TestAuthority
    let pair: TestAuthority.Pair
    let listener: SockListener
    let directory: TemporaryDirectory
    var file: String { directory("session") }

    init(_ arguments: [String] = []) throws {
      authority = try TestAuthority()
      pair = try authority.issue { $0.names = "DNS:localhost,DNS:other.example.org,IP:127.0.0.1" }
      directory = try TemporaryDirectory()
      listener = try Self.serve(pair, arguments)
    }

    static func serve(_ pair: TestAuthority.Pair, _ arguments: [String]) throws -> SockListener {
      try SockListener(["-k", "-v", "--tls", "--exec", "/bin/cat"] + pair.arguments + arguments)
    }

    func send(
      _ arguments: [String] = ["hello"], to port: Int? = nil, input: RunningProcess.Input = .null
    ) throws -> Sock.Outcome {
      let trust = arguments.contains("--tls-no-verify") ? [] : ["--tls-trust", authority.certificate]
      return try Sock.run(
        ["send", "-v", "tls://localhost:\(port ?? listener.port)", "--tls-session", file] + trust + arguments,
        input: input, within: .seconds(30))
    }

    /// Whether a run that sends a greeting resumes the session.
    func resumes(_ arguments: [String] = ["hello"], to port: Int? = nil) throws -> Bool {
      TLSSessionTests.isResumed(try send(arguments, to: port))
    }
  }

  fileprivate static func isResumed(_ outcome: Sock.Outcome) -> Bool {
    outcome.errors.split(separator: "\n").contains { $0.contains("secured") && $0.contains(", resumed") }
  }

  @Test("A session is resumed by the next run, and both sides say so", arguments: ["1.2", "1.3"])
  func resumes(_ version: String) throws {
    let scene = try Scene(["--tls-version", version])
    let first = try scene.send()
    #expect(first.status == 0 && first.text == "hello" && !Self.isResumed(first), "\(first)")
    #expect(fileStatus(scene.file).map { $0.st_mode & 0o777 } == 0o600)
    for _ in 0..<3 {
      let next = try scene.send()
      #expect(next.status == 0 && next.text == "hello" && Self.isResumed(next), "\(next)")
      // Whom one talks to is still known.
      #expect(next.errors.contains("CN=localhost for localhost, other.example.org"))
    }
    _ = try scene.listener.errors.waitForLine(containing: ", resumed")
  }

  @Test("s_server resumes it, too", arguments: ["-tls1_2", "-tls1_3"])
  func foreignServer(_ version: String) throws {
    let scene = try Scene()
    let (_, port) = try TLSPeer.openSSLServer(scene.pair, ["-rev", "-quiet", version])
    #expect(try !scene.resumes(["hello\n"], to: port))
    let next = try scene.send(["hello\n"], to: port)
    #expect(next.status == 0 && next.text == "olleh\n" && Self.isResumed(next), "\(next)")
  }

  @Test("A session is used only under the conditions under which the server was verified")
  func conditions() throws {
    let scene = try Scene(["--tls-version", "1.2"])
    let trusted = try scene.send()
    #expect(trusted.status == 0)
    let kept = try readFile(scene.file)
    let other = try TestAuthority("Other CA")
    try writeFile(scene.directory("both.pem"), readFile(scene.authority.certificate) + readFile(other.certificate))
    let client = try scene.authority.issue("client")
    let unlike: [[String]] = [
      ["--tls-name", "other.example.org"], ["--tls-pin", try scene.pair.pin()], ["--tls-no-verify"],
      ["--tls-trust", scene.directory("both.pem")], ["--alpn", "h2"], client.arguments,
    ]
    for arguments in unlike {
      try writeFile(scene.file, kept)
      let outcome = try scene.send(arguments + ["hello"])
      #expect(outcome.status == 0 && !Self.isResumed(outcome), "\(outcome)")
    }
    // One that was not verified is of no use to a run that verifies.
    _ = try scene.send(["--tls-no-verify", "x"])
    #expect(try !scene.resumes())
    #expect(try scene.resumes())
    // The authority is no longer trusted, or the certificate ends too soon.
    let refused = try Sock.run([
      "send", "tls://localhost:\(scene.listener.port)", "--tls-session", scene.file, "--tls-trust", other.certificate,
      "x",
    ])
    #expect(refused.status == 76, "\(refused)")
    let soon = try scene.send(["--tls-min-days", "36500", "x"])
    #expect(soon.status == 76 && soon.errors.contains("36500 days are asked for"), "\(soon)")
  }

  @Test("Another server does not resume it, and is verified")
  func otherServer() throws {
    let scene = try Scene()
    #expect(try scene.send().status == 0)
    let twin = try Scene.serve(scene.pair, [])
    let outcome = try scene.send(to: twin.port)
    #expect(outcome.status == 0 && outcome.text == "hello" && !Self.isResumed(outcome), "\(outcome)")
    let stranger = try Scene.serve(try TestAuthority("Other CA").issue(), [])
    #expect(try scene.send(to: stranger.port).status == 76)
  }

  @Test(
    "A session that is damaged is a warning, and a new one takes its place; an empty file is no session yet",
    arguments: ["", "sock session x\n", "sock session x\n-----BEGIN SSL SESSION PARAMETERS-----\nAAAA\n"])
  func broken(_ contents: String) throws {
    let scene = try Scene()
    try writeFile(scene.file, Array(contents.utf8))
    let outcome = try scene.send()
    let warnings = outcome.errorLines.filter { $0.hasPrefix("sock: warning: --tls-session \(scene.file): ") }
    #expect(
      outcome.status == 0 && outcome.text == "hello" && warnings.count == (contents.isEmpty ? 0 : 1), "\(outcome)")
    #expect(try scene.resumes())
  }

  @Test(
    "A file that holds something else is left as it is, with a warning",
    arguments: [
      "nonsense\n", "-----BEGIN SSL SESSION PARAMETERS-----\n-----END SSL SESSION PARAMETERS-----\n", "\u{0}\u{0}",
    ])
  func foreign(_ contents: String) throws {
    let scene = try Scene()
    try writeFile(scene.file, Array(contents.utf8))
    let outcome = try scene.send()
    #expect(outcome.status == 0 && outcome.text == "hello", "\(outcome)")
    #expect(outcome.errors.contains("it is left as it is, and no session is kept"))
    #expect(try readFile(scene.file) == Array(contents.utf8))
  }

  @Test("A FIFO in the place of the file stays one")
  func fifo() throws {
    let scene = try Scene()
    #expect(mkfifo(scene.file, 0o600) == 0)
    #expect(try scene.send().status == 0)
    #expect(fileStatus(scene.file).map { $0.st_mode & S_IFMT } == S_IFIFO)
  }

  @Test("A cut or changed file never harms, whatever is left of it")
  func damaged() throws {
    let scene = try Scene()
    #expect(try scene.send().status == 0)
    let whole = try readFile(scene.file)
    var generator = RandomData(seed: 23)
    for round in 0..<25 {
      var bytes = whole
      if round.isMultiple(of: 2) {
        bytes.removeLast(Int.random(in: 1..<bytes.count, using: &generator))
      } else {
        for _ in 0..<3 {
          bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
        }
      }
      try writeFile(scene.file, bytes)
      let outcome = try scene.send()
      #expect(outcome.status == 0 && outcome.text == "hello", "\(round): \(outcome)")
    }
  }

  @Test("A place where no session can be kept is a warning")
  func unwritable() throws {
    let scene = try Scene()
    let outcome = try Sock.run([
      "send", "tls://localhost:\(scene.listener.port)", "--tls-trust", scene.authority.certificate, "--tls-session",
      scene.directory("none/session"), "hello",
    ])
    #expect(outcome.status == 0 && outcome.text == "hello" && outcome.errorLines.count == 1, "\(outcome)")
    #expect(outcome.errors.contains("the session cannot be kept: No such file or directory"))
  }

  // MARK: Early data

  @Test("Early data arrives once, with what comes behind it", arguments: [5, 16_384, 60_000, 2_000_000])
  func earlyData(_ count: Int) throws {
    let scene = try Scene(["--tls-max-early-data", "65536"])
    #expect(try scene.send().status == 0)
    let data = RandomData.bytes(count, seed: UInt64(count))
    let outcome = try scene.send(["--tls-early-data"], input: .bytes(data))
    #expect(outcome.status == 0 && outcome.output == data, "\(outcome.errors)")
    #expect(outcome.errors.contains(", resumed, early data\n"), "\(outcome.errors)")
  }

  @Test("Early data that the server refuses is sent again, and arrives once")
  func refusedEarlyData() throws {
    let scene = try Scene(["--tls-max-early-data", "16384"])
    #expect(try scene.send().status == 0)
    let kept = try readFile(scene.file)
    // A session is good for early data once: a second time it might be a replay.
    #expect(try scene.send(["--tls-early-data", "one"]).errors.contains(", resumed, early data\n"))
    try writeFile(scene.file, kept)
    let again = try scene.send(["--tls-early-data", "two"])
    #expect(again.status == 0 && again.text == "two" && again.errors.contains("early data refused"), "\(again)")
    // Another server cannot even decrypt it.
    try writeFile(scene.file, kept)
    let twin = try Scene.serve(scene.pair, ["--tls-max-early-data", "16384"])
    let data = RandomData.bytes(300_000, seed: 7)
    let other = try scene.send(["--tls-early-data"], to: twin.port, input: .bytes(data))
    #expect(other.status == 0 && other.output == data && other.errors.contains("early data refused"), "\(other.errors)")
    // One that takes none.
    try writeFile(scene.file, kept)
    let plain = try Scene.serve(scene.pair, [])
    let last = try scene.send(["--tls-early-data", "three"], to: plain.port)
    #expect(last.status == 0 && last.text == "three", "\(last)")
  }

  @Test("A server that allows none is sent none")
  func noEarlyData() throws {
    let scene = try Scene()
    #expect(try scene.send().status == 0)
    let outcome = try scene.send(["--tls-early-data", "hello"])
    #expect(outcome.status == 0 && outcome.text == "hello" && Self.isResumed(outcome), "\(outcome)")
    #expect(!outcome.errors.contains("early data"))
  }

  @Test("s_server takes early data, and s_client sends it")
  func foreignEarlyData() throws {
    let scene = try Scene(["--tls-max-early-data", "16384"])
    let (server, port) = try TLSPeer.openSSLServer(scene.pair, ["-early_data", "-no_anti_replay"], input: .pipe)
    _ = try scene.send(["--no-reply", "-q", "1", "first"], to: port)
    guard fileStatus(scene.file) != nil else { return }
    let outcome = try scene.send(["--no-reply", "--tls-early-data", "early bird"], to: port)
    #expect(outcome.errors.contains(", early data\n"), "\(outcome)")
    _ = try server.output?.waitForLine(containing: "early bird")
    let (session, data) = (scene.directory("openssl"), scene.directory("data"))
    try writeFile(data, Array("from s_client".utf8))
    let own = ["-CAfile", scene.authority.certificate, "-quiet", "-no_ign_eof"]
    let first = try TLSPeer.openSSLClient(
      port: scene.listener.port, own + ["-sess_out", session], input: .text("x"))
    try first.wait()
    guard fileStatus(session) != nil else { return }
    try TLSPeer.openSSLClient(
      port: scene.listener.port, own + ["-sess_in", session, "-early_data", data], input: .text("y")
    ).wait()
    _ = try scene.listener.errors.waitForLine(containing: "received 14 bytes")
  }

  @Test(
    "Options that do not fit together are mistakes",
    arguments: [
      (
        ["send", "--tls", "--tls-early-data", "127.0.0.1", "1", "x"],
        "--tls-early-data is for a session that is resumed"
      ),
      (["connect", "--tls", "--tls-session", "", "127.0.0.1", "1"], "--tls-session needs the name of a file"),
      (["listen", "--tls", "0", "--tls-max-early-data", "0"], "--tls-max-early-data '0' is not a number"),
      (
        ["send", "--tls", "--tls-session", "/x", "--tls-ocsp", "127.0.0.1", "1", "x"],
        "--tls-ocsp and --tls-session exclude each other"
      ),
    ])
  func mistakes(_ words: [String], _ message: String) throws {
    let outcome = try Sock.run(words, within: .seconds(10))
    #expect(outcome.status == 64 && outcome.errors.hasPrefix("sock: " + message), "\(outcome)")
  }
}
