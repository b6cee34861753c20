import Glibc
import SockTestSupport
import Testing

/// The shell on a real terminal: `sock` alone.
@Suite(.endToEnd) struct ShellConsoleTests {
  private let state: TemporaryDirectory
  private let terminal: Terminal

  init() throws {
    state = try TemporaryDirectory()
    terminal = try Self.terminal(state)
  }

  /// A terminal with a session that waits for a line.
  private static func terminal(
    _ state: TemporaryDirectory, _ arguments: [String] = [], environment: [String: String] = [:]
  ) throws -> Terminal {
    let terminal = try Terminal(arguments, state: state, environment: environment)
    try terminal.wait(for: "sock> ")
    return terminal
  }

  /// Enters a line and waits for the next prompt. Returns what was shown up to there.
  @discardableResult
  private func enter(_ line: String, prompt: String = "sock> ") throws -> String {
    try terminal.type(line + "\r")
    try terminal.wait(for: "\r\n")
    return try terminal.wait(for: prompt)
  }

  /// Gives the session a listener, `s`.
  private func listen() throws {
    try enter("s = socket inet stream tcp")
    try enter("bind s 127.0.0.1:0")
    try enter("listen s 16")
  }

  // MARK: - Lines

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
    let other = try Self.terminal(state, ["shell"])
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

  // MARK: - Keys

  @Test("Tab completes calls, constants, variables and files")
  func tabCompletes() throws {
    try writeFile(state("data to send"), Array("contents".utf8))
    try terminal.type("server q = socketp\tuni\tst\t")
    try terminal.wait(for: "server q = socketpair unix stream ")
    try terminal.type("\r")
    try terminal.wait(for: "sock> ")
    try terminal.type("setso\tser\tSO_REUSEA\ton\t")
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
    let next = try Self.terminal(state)
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
    let terminal = try Self.terminal(state, environment: ["INPUTRC": state("inputrc")])
    try terminal.type("\u{14}")
    try terminal.wait(for: "print from inputrc")
    try terminal.type("\r")
    try terminal.wait(for: "\rfrom inputrc\r\n")
  }

  // MARK: - Ctrl-C

  @Test(
    "Interrupting a call keeps the session and its sockets",
    arguments: [
      "c = accept s", "recv p 10", "recvmsg p 10", "poll p:in", "select p:r", "connect f $s.address",
      "expect p \"x\" 60s", "sleep 60s",
      "repeat 100000000 { set x 1 }",
    ])
  func interruptKeepsTheSession(_ line: String) throws {
    try enter("s = socket inet stream tcp")
    try enter("bind s 127.0.0.1:0")
    // A full backlog of one: another connect waits.
    try enter("listen s 0")
    try enter("e = socket inet stream tcp; connect e $s.address; f = socket inet stream tcp")
    if line.hasPrefix("c = accept") { try enter("accept s") }
    try enter("p q = socketpair unix stream")
    try terminal.type(line + "\r")
    try terminal.waitUntilAsBefore()
    try terminal.process.waitUntilAsleepOrBusy(line.hasPrefix("repeat"))
    try terminal.type("\u{3}")
    let shown = try terminal.wait(for: "sock> ")
    let isCall = ["c = accept", "recv", "poll", "select", "connect"].contains { line.hasPrefix($0) }
    #expect(shown.contains(isCall ? "-1 EINTR (Interrupted system call)" : "interrupted"), "\(shown)")
    if isCall { #expect(try enter("print $? $errno").contains("-1 EINTR")) }
    #expect(try enter("send p \"lives\"; recv q 10").contains("\"lives\""))
    #expect(try enter("show").contains("LISTEN"))
  }

  @Test("Interrupting a wait keeps the blocks running")
  func interruptKeepsTheBlocks() throws {
    try enter("p q = socketpair unix stream")
    try enter("spawn { recv q 10 }")
    try terminal.type("wait\r")
    try terminal.waitUntilAsBefore()
    try terminal.process.waitUntilIdle()
    try terminal.type("\u{3}")
    try terminal.wait(for: "wait: \u{1b}[31minterrupted")
    try terminal.wait(for: "sock> ")
    try terminal.type("send p \"lives\"; wait\r")
    try terminal.wait(for: "[1] \u{1b}[0mrecv = 5 \u{1b}[32m\"lives\"")
  }

  @Test("Ctrl-C at the prompt drops the line, and so does SIGINT")
  func interruptDropsTheLine() throws {
    try terminal.type("print drop")
    try terminal.wait(for: "print drop")
    try terminal.type("\u{3}")
    try terminal.wait(for: "^C\r\n")
    try terminal.wait(for: "sock> ")
    try terminal.type("print drop")
    try terminal.wait(for: "print drop")
    terminal.process.send(SIGINT)
    try terminal.wait(for: "sock> ")
    #expect(try enter("print kept").contains("kept"))
  }

  // MARK: - Beside the line

  @Test("Output of blocks appears above the line being typed")
  func blocksPrintAboveTheLine() throws {
    let (peer, port) = try PythonPeer.server(InteractiveTests.parrot)
    try enter("c = socket inet stream tcp")
    try enter("connect c 127.0.0.1:\(port)")
    try enter("spawn { expect c \"go\"; print arrived; expect c \"more\" 60s; assert 1 == 2 }")
    try terminal.type("print hal")
    try terminal.wait(for: "print hal")
    try peer.tell("b'go'")
    try terminal.wait(for: "[1] \u{1b}[0marrived\r\n")
    try terminal.wait(for: "sock> print hal")
    try terminal.type("f\r")
    try terminal.wait(for: "half\r\n")
    try terminal.wait(for: "sock> ")
    // A block that fails says so at once.
    try peer.tell("b'more'")
    try terminal.wait(for: "expected == 2, got 1")
    try terminal.wait(for: "sock> ")
    try enter("spawn { recv c 1 }")
    try terminal.process.waitUntilIdle()
    try terminal.type("stop\r")
    try terminal.wait(for: "recv = \u{1b}[31m-1 EINTR")
  }

  @Test("Lines fit a window that was resized")
  func linesFitAResizedWindow() throws {
    try terminal.resize(rows: 24, columns: 20)
    try terminal.wait(for: "sock> ")
    try terminal.type("print 0123456789abcdef")
    // Readline breaks the line at the twentieth column.
    try terminal.wait(for: "01234567")
    try terminal.wait(for: "ef")
    try terminal.type("\r")
    try terminal.wait(for: "0123456789abcdef\r\n")
  }

  @Test("Received data cannot control the terminal")
  func receivedDataCannotControlTheTerminal() throws {
    try enter("p q = socketpair unix stream")
    try enter("send p x\"1b 5b 32 4a 07\"")
    let shown = try enter("data = recv q 10; print $data")
    #expect(shown.contains("\"\\x1b[2J\\x07\""))
    #expect(shown.contains("^[[2J^G"))
  }

  @Test("There are no colours where they are unwanted", arguments: [["NO_COLOR": "1"], ["TERM": "dumb"]])
  func noUnwantedColours(_ environment: [String: String]) throws {
    let terminal = try Self.terminal(state, environment: environment)
    try terminal.type("p q = socketpair unix stream; close p; close p; recv q 1; send q \"x\"; print done\r")
    let shown = try terminal.wait(for: "\ndone\r\n")
    #expect(shown.contains("close = -1 EBADF (Bad file descriptor)"))
    #expect(!shown.contains("\u{1b}[3"))
  }

  @Test("Failures are red elsewhere")
  func failuresAreRed() throws {
    #expect(
      try enter("p q = socketpair unix stream; close p; close p").contains("close = \u{1b}[31m-1 EBADF (Bad file"))
  }

  // MARK: - The terminal afterwards

  @Test("A signal ends the shell and restores the terminal", arguments: [SIGTERM, SIGHUP], [false, true])
  func signalRestoresTheTerminal(_ number: CInt, _ isWaiting: Bool) throws {
    if isWaiting {
      try listen()
      try terminal.type("accept s\r")
      try terminal.waitUntilAsBefore()
    } else {
      try terminal.type("half a line")
      try terminal.wait(for: "half a line")
      #expect(try !terminal.isAsBefore(), "nothing is edited")
    }
    terminal.process.send(number)
    #expect(try terminal.process.wait().status == 128 + number)
    #expect(try terminal.isAsBefore())
  }

  @Test("A terminal stopped with Ctrl-S does not keep a signal from ending the shell", arguments: [false, true])
  func stoppedTerminalDoesNotBlockSignals(_ isWaiting: Bool) throws {
    if isWaiting {
      try terminal.type("repeat 100000000 { print again }\r")
      try terminal.wait(for: "again\r\nagain")
    }
    try terminal.type("\u{13}")
    terminal.process.send(SIGTERM)
    #expect(try terminal.process.wait().status == 128 + SIGTERM)
    #expect(try terminal.isAsBefore())
  }

  @Test("A crash restores the terminal, too", arguments: [SIGQUIT, SIGABRT, SIGSEGV, SIGUSR1, SIGALRM])
  func crashRestoresTheTerminal(_ number: CInt) throws {
    try terminal.type("half a line")
    try terminal.wait(for: "half a line")
    terminal.process.send(number)
    #expect(try terminal.process.wait().signal == number)
    #expect(try terminal.isAsBefore())
  }

  @Test("Ctrl-Z gives the terminal back to the parent shell, and fg takes it again")
  func suspendAndResume() throws {
    let terminal = try Terminal(
      ["--norc", "--noprofile", "--noediting", "-i"], program: "bash", state: state, environment: ["PS1": "bash> "])
    try terminal.wait(for: "bash> ")
    try terminal.type("'\(Sock.binary)'\n")
    try terminal.wait(for: "sock> ")
    try terminal.type("print kept")
    try terminal.wait(for: "print kept")
    try terminal.type("\u{1a}")
    try terminal.wait(for: "Stopped")
    try terminal.wait(for: "bash> ")
    #expect(try terminal.isAsBefore())
    try terminal.type("fg\n")
    try terminal.wait(for: "sock> print kept")
    try terminal.type("\r")
    try terminal.wait(for: "\rkept\r\n")
    try terminal.wait(for: "sock> ")
    // And in the middle of a call.
    try terminal.type("sleep 60s\r")
    try terminal.wait(for: "\r\n")
    try terminal.waitUntilAsBefore()
    try terminal.type("\u{1a}")
    try terminal.wait(for: "bash> ")
    let shell = terminal.foregroundGroup
    try terminal.type("fg\n")
    try terminal.wait(for: "sock")
    try terminal.wait(for: "\r\n")
    // bash names the job before giving it the terminal.
    try eventually("the terminal is sock's") { terminal.foregroundGroup != shell }
    try terminal.type("\u{3}")
    try terminal.wait(for: "interrupted")
    try terminal.wait(for: "sock> ")
    try terminal.type("exit\r")
    try terminal.wait(for: "bash> ")
    #expect(try terminal.isAsBefore())
  }
}

extension RunningProcess {
  /// Waits until the process sleeps in the kernel; one that is always busy never does.
  fileprivate func waitUntilAsleepOrBusy(_ isBusy: Bool) throws {
    if !isBusy { try waitUntilIdle() }
  }
}
