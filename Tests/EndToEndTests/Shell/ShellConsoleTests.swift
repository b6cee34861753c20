import Glibc
import SockTestSupport
import Testing

/// Lines and keys of the shell on a terminal: `sock` alone.
@Suite(.endToEnd) struct ShellConsoleTests: ConsoleSuite {
  let session: ConsoleSession

  init() throws { session = try ConsoleSession() }

  @Test("Each line is a call")
  func linesAreCalls() throws {
    try listen()
    try enter("c = socket inet stream tcp")
    #expect(try enter("connect c $s.address").contains("connect = 0"))
    #expect(try enter("d peer = accept s").contains(" from 127.0.0.1:"))
    #expect(try enter("send c \"Hello\\r\\n\"").contains("send = 7"))
    #expect(try enter("recv d 100").contains("recv = 7 \u{1b}[32m\"Hello\\r\\n\"\u{1b}[0m"))
    #expect(try enter("show").contains("ESTABLISHED"))
    try terminal.type("\u{4}")
    #expect(try terminal.process.wait().status == 0)
    #expect(try terminal.isAsBefore())
  }

  @Test("The verb starts the same shell, and exit and quit set the status")
  func exitAndQuitSetTheStatus() throws {
    try terminal.type("exit 3\r")
    #expect(try terminal.process.wait().status == 3)
    let other = try ConsoleSession.terminal(state, ["shell"])
    try other.type("quit 4\r")
    #expect(try other.process.wait().status == 4)
    #expect(try other.isAsBefore())
  }

  @Test("A mistake is reported and the session goes on")
  func mistakesDoNotEndTheSession() throws {
    #expect(try enter("sockt inet").contains("1:1: no call 'sockt': did you mean socket?"))
    #expect(try enter("assert 1 == 2").contains("expected == 2, got 1"))
    #expect(try enter("send x \"1\"").contains("'x' is no socket"))
    #expect(try enter("print still here").contains("still here"))
  }

  @Test("A block spans lines and has its own prompt")
  func blocksSpanLines() throws {
    try enter("repeat 2 {", prompt: "  ... ")
    try enter("print again", prompt: "  ... ")
    #expect(try enter("}").contains("again\r\nagain\r\n"))
    // ^C drops a block, and ^D says what it lacks.
    try enter("repeat 2 {", prompt: "  ... ")
    try terminal.type("print dropped\u{3}")
    try terminal.wait(for: "sock> ")
    try enter("repeat 2 {", prompt: "  ... ")
    try terminal.type("\u{4}")
    try terminal.wait(for: "1:1: 'repeat' has a '{' without its '}'")
    try terminal.wait(for: "sock> ")
    #expect(try enter("print free").contains("free"))
  }

  @Test("Several lines can be pasted at once")
  func severalLinesCanBePasted() throws {
    try terminal.type("\u{1b}[200~print one\nrepeat 2 {\nprint two\n}\nprint three\u{1b}[201~")
    try terminal.wait(for: "three")
    try terminal.type("\r")
    try terminal.wait(for: "one\r\ntwo\r\ntwo\r\nthree\r\n")
    try terminal.wait(for: "sock> ")
  }

  @Test("A script runs within the session")
  func scriptsRunInTheSession() throws {
    try writeFile(state("pair.sock"), Array("p q = socketpair unix stream\nsend p \"hi\"\n".utf8))
    try enter("source \(state("pair.sock"))")
    #expect(try enter("recv q 10").contains("\"hi\""))
    try writeFile(state("wrong.sock"), Array("print 1\nprnt 2\n".utf8))
    #expect(try enter("source \(state("wrong.sock"))").contains("wrong.sock:2:1: no call 'prnt': did you mean print?"))
    try writeFile(state("itself.sock"), Array("source \(state("itself.sock"))\n".utf8))
    #expect(try enter("source \(state("itself.sock"))").contains("more than 20 files in one another"))
  }

  @Test("Tab completes calls, constants, variables and files")
  func tabCompletes() throws {
    try writeFile(state("data to send"), Array("contents".utf8))
    try terminal.type("server q = socketp\tuni\tst\t")
    try terminal.wait(for: "server q = socketpair unix stream ")
    try terminal.type("\r")
    try terminal.wait(for: "sock> ")
    try terminal.type("setsock\tser\tSO_REUSEA\ton\t")
    try terminal.wait(for: "setsockopt server SO_REUSEADDR on ")
    try terminal.type("\r")
    try terminal.wait(for: "setsockopt = 0")
    try terminal.wait(for: "sock> ")
    try terminal.type("send server <\(state("data"))\tMSG_MO\t\r")
    try terminal.wait(for: "\"\(state("data to send"))\" MSG_MORE ")
    try terminal.wait(for: "send = 8")
    try terminal.wait(for: "sock> ")
    try terminal.type("send server <\"\(state("data to s"))\t\r")
    try terminal.wait(for: "send = 8")
    try terminal.wait(for: "sock> ")
    try terminal.type("print $server.f\t\r")
    try terminal.wait(for: "print $server.fd ")
    try terminal.wait(for: "sock> ")
    // Two candidates are listed, and the line is shown again.
    try terminal.type("socket inet\t\t")
    try terminal.wait(for: "inet   inet6")
    try terminal.wait(for: "sock> socket inet")
  }

  @Test("Tab completes the names of /etc/hosts")
  func tabCompletesHosts() throws {
    let names = String(decoding: try readFile("/etc/hosts"), as: UTF8.self).split(separator: "\n")
      .flatMap { $0.prefix { $0 != "#" }.split { $0 == " " || $0 == "\t" }.dropFirst() }
    let name = try #require(names.first { name in Set(names.filter { $0.hasPrefix(name.dropLast()) }).count == 1 })
    try terminal.type("connect c \(name.dropLast())\t80")
    try terminal.wait(for: "connect c \(name):80")
  }

  @Test("The history is kept from one session to the next")
  func historyIsKept() throws {
    try enter("print remembered")
    try terminal.type("\u{4}")
    #expect(try terminal.process.wait().status == 0)
    let next = try ConsoleSession.terminal(state)
    try next.type("\u{1b}[A")
    try next.wait(for: "print remembered")
    try next.type("\r")
    try next.wait(for: "\rremembered\r\n")
    try next.wait(for: "sock> ")
    // And a search finds it.
    try next.type("\u{12}rem")
    try next.wait(for: "print \u{1b}[7mrem\u{1b}[27membered")
    #expect(fileStatus(state("sock/history")).map { $0.st_mode & 0o777 } == 0o600)
  }

  @Test("inputrc is honoured, including its section for sock")
  func inputrcIsHonoured() throws {
    let settings =
      "$if sock\n\"\\C-t\": \"print from inputrc\"\n$endif\n$if other\n\"\\C-t\": \"print wrong\"\n$endif\n"
    try writeFile(state("inputrc"), Array(settings.utf8))
    let terminal = try ConsoleSession.terminal(state, environment: ["INPUTRC": state("inputrc")])
    try terminal.type("\u{14}")
    try terminal.wait(for: "print from inputrc")
    try terminal.type("\r")
    try terminal.wait(for: "\rfrom inputrc\r\n")
  }
}
