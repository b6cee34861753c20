import LoopTestSupport
import SocketLoop
import Sockets
import Testing

@testable import Shell

/// `print`, `show`, `explain` and `help`.
@Suite(.onTheLoop, .timeLimit(.minutes(1))) struct PrintingTests {
  @Test @LoopActor func `print joins its values`() async throws {
    #expect(try await ShellRun()("print a \"b c\" 5 $?") == ["a b c 5 0"])
  }

  @Test @LoopActor func `show lists sockets with their queues`() async throws {
    let shell = ShellRun()
    #expect(try await shell("show") == ["no sockets"])
    try await shell("p q = socketpair unix stream", "send p \"abc\"", "s = socket inet stream tcp", "close s")
    let lines = try await shell("show")
    #expect(lines.count == 3)
    #expect(
      lines[1].hasPrefix("q  fd ") && lines[1].contains("AF_UNIX SOCK_STREAM") && lines[1].contains("in 3  out 0"))
    #expect(lines[2].hasPrefix("s  fd ") && lines[2].hasSuffix("  closed"))
    #expect(try await shell("show q").count == 1)
  }

  @Test @LoopActor func `show has the state of a connection`() async throws {
    let shell = ShellRun()
    try await shell(
      "l = socket inet stream tcp", "bind l 127.0.0.1:0", "listen l", "c = socket inet stream tcp",
      "connect c $l.address")
    #expect(try await shell("show c")[0].contains(" -> 127.0.0.1:") && shell.output[0].contains("ESTABLISHED"))
    #expect(try await shell("show l")[0].contains("LISTEN"))
  }

  @Test @LoopActor func `explain reads the table of calls and the table of causes`() async throws {
    for call in Call.all {
      let lines = try await ShellRun()("explain \(call.name)")
      #expect(lines[0] == "\(call.name) \(call.signature.text)" && lines[1] == "  \(call.meaning)")
      // `listen` also tells the kernel's limit.
      #expect(lines.count == 2 + ErrorCause.of(call: call.name).count + (call.name == "listen" ? 1 : 0))
    }
    let connect = try await ShellRun()("explain connect")
    #expect(connect.contains("  EBADRQC (dccp): the listener has another service code"))
    #expect(
      connect.contains { $0.hasPrefix("  EACCES (datagrams): ") && $0.hasSuffix(": setsockopt SOCKET SO_BROADCAST 1") })
  }

  @Test @LoopActor func `every call in the table of causes is one of the shell`() {
    // accept(2) is made as accept4(2).
    for row in ErrorCause.all {
      for call in row.calls where call != "accept4" { #expect(Call.named(call) != nil, "\(call)") }
    }
  }

  @Test @LoopActor func `words are explained, and unknown names refused`() async throws {
    #expect(
      try await ShellRun()("help spawn") == ["spawn  { … }", "  runs a block in parallel, with the same sockets"])
    #expect(try await ShellRun()("help") == ShellWord.help)
    #expect(
      await ShellRun().ending("explain conect")
        == .misuse("1:9: no call, error or constant 'conect': did you mean connect?"))
  }
}
