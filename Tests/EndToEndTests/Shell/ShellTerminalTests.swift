import Glibc
import SockTestSupport
import Testing

/// What the shell does to its terminal: output beside the line being typed, colours, and the settings it leaves behind.
@Suite(.endToEnd) struct ShellTerminalTests: ConsoleSuite {
  let session: ConsoleSession

  init() throws { session = try ConsoleSession() }

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
    let terminal = try ConsoleSession.terminal(state, environment: environment)
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
