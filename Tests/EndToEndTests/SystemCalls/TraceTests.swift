import SockTestSupport
import Testing

/// `--trace`: the calls as strace(1) writes them, with their time and the cause of a failure.
@Suite(.endToEnd) struct TraceTests {
  /// The lines of calls.
  private func calls(_ outcome: Sock.Outcome) -> [String] { outcome.errorLines.filter { !$0.hasPrefix("sock: ") } }

  @Test func `a refused connection, call by call`() throws {
    let port = try Ports.free()
    let outcome = try Sock.run(["send", "--trace", "127.0.0.1", "\(port)", "hello"])
    #expect(outcome.status == 69)
    let calls = calls(outcome)
    #expect(
      calls.contains {
        $0.hasPrefix("socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC|SOCK_NONBLOCK, IPPROTO_TCP) = ") && $0.hasSuffix(" ms)")
      })
    // Either connect(2) fails, or what SO_ERROR returns later.
    #expect(
      calls.contains {
        $0.contains("ECONNREFUSED") && $0.hasSuffix("the host answered, and nothing listens on that port")
      })
    #expect(calls.contains { $0.contains(", 127.0.0.1:\(port)) = -1 ") })
    #expect(outcome.errorLines.last?.hasPrefix("sock: connect to 127.0.0.1:\(port): ") == true)
  }

  @Test func `data: its first bytes, as in C, and its length`() throws {
    let (peer, port) = try PythonPeer.server("c.sendall(receive_all(c))\nc.close()")
    let text = "a\"b\\\n" + String(repeating: "x", count: 100)
    let outcome = try Sock.run(["send", "--trace", "127.0.0.1", "\(port)", text])
    #expect(outcome.text == text)
    let wanted = "\"a\\\"b\\\\\\n" + String(repeating: "x", count: 27) + "\"..., 105"
    #expect(calls(outcome).contains { $0.contains(wanted) }, "\(outcome.errors)")
    try peer.finish()
  }

  @Test func `nothing is traced of what sock itself writes to standard error`() throws {
    let outcome = try Sock.run(["connect", "-v", "--trace", "127.0.0.1", "\(try Ports.free())"])
    #expect(!calls(outcome).contains { $0.hasPrefix("write(2") || $0.hasPrefix("poll([{fd=2") })
  }

  @Test func `json: an object a line, also by default with --json`() throws {
    let port = try Ports.free()
    for words in [["--trace=json"], ["--trace", "--json"]] {
      let outcome = try Sock.run(["connect"] + words + ["127.0.0.1", "\(port)"])
      let lines = outcome.errorLines.filter { !$0.hasPrefix("sock: ") }
      #expect(lines.allSatisfy { $0.hasPrefix("{\"time\":\"") && $0.hasSuffix("}") }, "\(outcome.errors)")
      let failed = lines.first { $0.contains("\"ECONNREFUSED\"") && $0.contains("\"event\":\"call\"") }
      #expect(failed?.contains("\"cause\":\"the host answered, and nothing listens on that port\"") == true)
      let check = try RunningProcess(
        PythonPeer.interpreter, ["-c", "import json, sys\nfor line in sys.stdin: json.loads(line)"],
        input: .text(lines.joined(separator: "\n")))
      #expect(try check.wait().status == 0)
    }
  }

  @Test func `a wrong form is refused`() throws {
    let unknown = try Sock.run(["connect", "--trace=xml", "127.0.0.1", "1"])
    #expect(unknown.status == 64 && unknown.errors.contains("--trace 'xml' is not one of text, json"))
    let mixed = try Sock.run(["connect", "--json", "--trace=text", "127.0.0.1", "1"])
    #expect(mixed.status == 64 && mixed.errors.contains("write --trace=json"))
  }

  @Test func `the lines of several threads stay whole`() throws {
    let names = (0..<40).map { _ in "localhost:1" }
    let outcome = try Sock.run(["wait", "--trace", "--closed", "--for", "5"] + names)
    #expect(outcome.status == 0)
    let calls = calls(outcome)
    #expect(calls.filter { $0.hasPrefix("getaddrinfo(\"localhost\"") }.count >= 40)
    for line in calls {
      #expect(line.wholeMatch(of: /[a-z_0-9]+\(.*\) = -?[0-9]+.* \([0-9]+\.[0-9]+ ms\)(: .*)?/) != nil)
    }
  }

  @Test func `the shell traces its calls between trace on and trace off`() throws {
    let script = """
      a = socket inet stream
      trace on
      b = socket inet dgram
      trace off
      c = socket inet6 stream
      """
    let outcome = try Sock.run(["shell"], input: .text(script + "\n"))
    #expect(outcome.status == 0)
    let calls = calls(outcome)
    #expect(calls.count == 1 && calls[0].hasPrefix("socket(AF_INET, SOCK_DGRAM|SOCK_CLOEXEC, IPPROTO_IP) = "))
    let all = try Sock.run(["shell", "--trace"], input: .text(script + "\n"))
    #expect(all.errorLines.filter { $0.hasPrefix("socket(") }.count == 2)
    let wrong = try Sock.run(["shell"], input: .text("trace maybe\n"))
    #expect(wrong.status == 64 && wrong.errors.contains("1:7: 'maybe' is neither on nor off"))
  }

  @Test(
    .enabled(if: StraceRun.isPossible, "needs strace(1), and the right to trace"),
    arguments: [
      ["connect", "127.0.0.1", "1"], ["udp-send", "127.0.0.1", "9", "hello"], ["opts", "SO_RCVBUF"],
      ["listen", "192.0.2.1", "1"], ["connect", "--trace=text", "-U", "/nonexistent/socket"], ["families", "inet"],
    ])
  func `it agrees with strace`(words: [String]) throws {
    let directory = try TemporaryDirectory()
    let process = try RunningProcess(
      "strace",
      [
        "-f", "-qq", "-e", "trace=network", "-e", "signal=none", "-o", directory("calls"), Sock.binary, words[0],
        "--trace",
      ]
        + words.dropFirst())
    _ = try process.wait(within: .seconds(60))
    let seen = String(decoding: try readFile(directory("calls")), as: UTF8.self).split(separator: "\n").map {
      Self.brief(String($0.drop { $0 != " " }.drop { $0 == " " }))
    }
    let shown = try #require(process.errors).text.split(separator: "\n").map(String.init)
      .filter { !$0.hasPrefix("sock: ") }.map(Self.brief).filter { call in
        Self.network.contains { call.hasPrefix($0 + "(") }
      }
    #expect(!shown.isEmpty)
    #expect(shown == seen)
  }

  private static let network = [
    "socket", "socketpair", "connect", "bind", "listen", "accept4", "shutdown", "getsockname", "getpeername",
    "setsockopt",
    "getsockopt", "sendto", "recvfrom", "sendmsg", "recvmsg", "sendmmsg", "recvmmsg",
  ]

  /// `connect(3 = -1 ECONNREFUSED`: the name by which the kernel knows the call, the first argument, the result.
  private static func brief(_ line: String) -> String {
    let names = ["send(": "sendto(", "recv(": "recvfrom("]
    let name = line.prefix { $0 != "(" } + "("
    let first = line.dropFirst(name.count).prefix { $0 != "," && $0 != ")" }
    var result = ""
    if let match = line.matches(of: /\) += (-?[0-9]+)( E[A-Z]+)?/).last { result = "\(match.1)\(match.2 ?? "")" }
    return "\(names[String(name)] ?? String(name))\(first) = \(result)"
  }
}
