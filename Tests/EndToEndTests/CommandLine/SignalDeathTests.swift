import Glibc
import SockTestSupport
import Testing

/// INT, TERM and HUP: sock dies of them, after its clean-up, so that what started it knows.
@Suite(.endToEnd) struct SignalDeathTests {
  @Test(
    "The process dies of the signal", arguments: [SIGINT, SIGTERM, SIGHUP],
    [["listen"], ["listen", "-k"], ["listen", "-u"], ["recv"], ["udp-recv"], ["listen", "--bench"]])
  func listenerDiesOfTheSignal(_ number: CInt, _ words: [String]) throws {
    let listener = try SockListener(Array(words.dropFirst()), verb: words[0], input: .pipe)
    listener.process.send(number)
    #expect(try listener.process.wait().signal == number)
  }

  @Test(
    "So does a client, and a script of the shell", arguments: [SIGINT, SIGTERM, SIGHUP],
    [["connect"], ["send"], ["connect", "-u"], ["shell"]])
  func clientDiesOfTheSignal(_ number: CInt, _ words: [String]) throws {
    let (_, port) = try words.contains("-u") ? PythonPeer.datagrams("hear()") : PythonPeer.server("hear()")
    // The script tells when it runs; the others have connected by then.
    let isShell = words == ["shell"]
    let client = try Sock.start(
      words + (isShell ? [] : ["-v", "127.0.0.1", "\(port)"]),
      input: isShell ? .text("print ready\nsleep 60s\n") : .pipe)
    _ =
      isShell
      ? try client.output?.waitForLine(containing: "ready") : try client.errors?.waitForLine(containing: "connected")
    client.send(number)
    #expect(try client.wait().signal == number)
  }

  @Test("Clean-up comes first: the path of a Unix socket is removed")
  func cleanUpComesFirst() throws {
    let directory = try TemporaryDirectory()
    let listener = try Sock.start(["listen", "-v", "-U", directory("s")], input: .pipe)
    try listener.errors?.waitForLine(containing: "listening")
    listener.send(SIGTERM)
    #expect(try listener.wait().signal == SIGTERM)
    #expect(directory.entries == [])
  }

  @Test("Ctrl-C stops a loop", arguments: ["sh", "bash"], ["listen 0", "recv 0", "udp-recv 0", "shell $FILE"])
  func interruptStopsALoop(_ shell: String, _ words: String) throws {
    let directory = try TemporaryDirectory()
    let script = directory("script")
    try writeFile(script, Array("print listening\nsleep 60s\n".utf8))
    let terminal = try Terminal(
      ["-c", "for i in 1 2 3; do \(Sock.binary) \(words.replacing("$FILE", with: script)); echo next; done"],
      program: shell, state: directory)
    try terminal.wait(for: "listening")
    try terminal.process.waitUntilIdle()
    try terminal.type("\u{3}")
    #expect(try terminal.process.wait().signal == SIGINT)
  }

  @Test("After ^C, the prompt stands on a line of its own")
  func promptHasItsOwnLine() throws {
    let directory = try TemporaryDirectory()
    let terminal = try Terminal(
      ["--norc", "-i"], program: "bash", state: directory, environment: ["PS1": "prompt> "])
    try terminal.wait(for: "prompt> ")
    try terminal.type("\(Sock.binary) listen 0\r")
    try terminal.wait(for: "[::]")
    try terminal.type("\u{3}")
    #expect(try terminal.wait(for: "prompt> ").contains("^C\r\n"))
  }

  @Test("Output behind ^C begins on a line of its own", arguments: ["ping 127.0.0.1", "ping --tcp 127.0.0.1 9"])
  func outputHasItsOwnLine(_ words: String) throws {
    let directory = try TemporaryDirectory()
    let terminal = try Terminal(words.split(separator: " ").map(String.init), state: directory)
    try terminal.wait(for: "seq=1")
    try terminal.type("\u{3}")
    #expect(try terminal.wait(for: "sent").contains("^C\r\n"))
  }
}
