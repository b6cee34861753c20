import Glibc
import SockTestSupport
import Testing

/// `O_NONBLOCK` belongs to the open file description, which sock shares with its parent shell: it stays as it was.
@Suite(.endToEnd) struct DescriptorFlagTests {
  enum Kind: String, CaseIterable { case pipe, terminal, socket, file }

  /// What the program gets as input or output, and our descriptor for the same open file.
  struct Given {
    let theirs: Descriptor
    let view: Descriptor
    let ours: Descriptor?

    init(_ kind: Kind, forInput: Bool, in directory: TemporaryDirectory, nonBlocking: Bool) throws {
      switch kind {
      case .pipe:
        let pipe = try Pipe()
        (theirs, ours) = forInput ? (pipe.reader, pipe.writer) : (pipe.writer, pipe.reader)
      case .terminal:
        let terminal = try PseudoTerminal()
        (theirs, ours) = (terminal.terminal, terminal.keyboard)
      case .socket:
        let pair = try SocketPair()
        (theirs, ours) = (pair.theirs, pair.ours)
      case .file:
        let path = directory(forInput ? "in" : "out")
        try writeFile(path, Array("file".utf8))
        theirs = try Descriptor.open(path, forInput ? O_RDONLY : O_WRONLY)
        ours = nil
      }
      view = try theirs.duplicate()
      if nonBlocking { _ = fcntl(theirs.raw, F_SETFL, theirs.statusFlags | O_NONBLOCK) }
    }
  }

  @Test("Flags are unchanged during a run and after it", arguments: Kind.allCases, Kind.allCases)
  func flagsAreUnchangedDuringARun(_ input: Kind, _ output: Kind) throws {
    try check(input, output) { sock, given, peer in
      given.ours?.close()
      try peer.tell()
      try sock.wait()
    }
  }

  @Test("Flags are unchanged after a signal", arguments: [SIGKILL, SIGTERM, SIGINT, SIGHUP], Kind.allCases)
  func flagsAreUnchangedAfterASignal(_ signal: CInt, _ kind: Kind) throws {
    try check(kind, kind) { sock, _, _ in
      sock.send(signal)
      try sock.wait()
    }
  }

  @Test("A descriptor that was non-blocking stays so, and works", arguments: [Kind.pipe, .socket, .terminal])
  func nonBlockingDescriptorStaysSo(_ kind: Kind) throws {
    try check(kind, kind, nonBlocking: true) { sock, given, _ in
      try given.ours?.write(kind == .terminal ? "typed\n" : "typed")
      try sock.waitUntilIdle()
      #expect(sock.isRunning)
    }
  }

  @Test(
    "Flags are unchanged while listening",
    arguments: [
      ["listen", "127.0.0.1", "0"], ["listen", "-u", "127.0.0.1", "0"], ["listen", "-k", "127.0.0.1", "0"],
    ])
  func flagsAreUnchangedWhileListening(_ words: [String]) throws {
    let pipes = (try Pipe(), try Pipe())
    let before = (pipes.0.reader.statusFlags, pipes.1.writer.statusFlags)
    let sock = try Sock.start(words, input: .descriptor(pipes.0.reader), output: .descriptor(pipes.1.writer))
    try sock.errors?.waitForLine(containing: "listening")
    try sock.waitUntilIdle()
    #expect(pipes.0.reader.statusFlags == before.0)
    #expect(pipes.1.writer.statusFlags == before.1)
    sock.send(SIGKILL)
    try sock.wait()
    #expect(pipes.0.reader.statusFlags == before.0)
    #expect(pipes.1.writer.statusFlags == before.1)
  }

  @Test("The terminal's settings are restored, also after a signal")
  func terminalSettingsAreRestored() throws {
    let terminal = try PseudoTerminal()
    let (_, port) = try PythonPeer.server("hear()")
    var before = termios()
    tcgetattr(terminal.terminal.raw, &before)
    let sock = try Sock.start(
      ["connect", "-v", "127.0.0.1", "\(port)"], input: .descriptor(terminal.terminal),
      output: .descriptor(terminal.terminal))
    try sock.errors?.waitForLine(containing: "connected")
    sock.send(SIGTERM)
    #expect(try sock.wait().status == 143)
    var after = termios()
    tcgetattr(terminal.terminal.raw, &after)
    #expect(before.c_lflag == after.c_lflag && before.c_iflag == after.c_iflag && before.c_oflag == after.c_oflag)
  }

  /// Runs a connection with the three descriptors and compares their flags before, during and after.
  private func check(
    _ input: Kind, _ output: Kind, nonBlocking: Bool = false, finish: (RunningProcess, Given, PythonPeer) throws -> Void
  ) throws {
    let directory = try TemporaryDirectory()
    let (peer, port) = try PythonPeer.server("c.sendall(b'data')\nhear()\nc.close()")
    let given = try Given(input, forInput: true, in: directory, nonBlocking: nonBlocking)
    let taken = try Given(output, forInput: false, in: directory, nonBlocking: nonBlocking)
    let errors = try Pipe()
    let views = [given.view, taken.view, errors.writer]
    let before = views.map(\.statusFlags)
    let sock = try Sock.start(
      ["connect", "-v", "127.0.0.1", "\(port)"], input: .descriptor(given.theirs), output: .descriptor(taken.theirs),
      errors: .descriptor(errors.writer))
    given.theirs.close()
    taken.theirs.close()
    var said = ""
    while !said.contains("connected") { said += String(decoding: try errors.reader.read() ?? [], as: UTF8.self) }
    if let ours = taken.ours { #expect(try ours.read() != nil) }
    try sock.waitUntilIdle()
    #expect(views.map(\.statusFlags) == before, "while it runs")
    try finish(sock, given, peer)
    #expect(views.map(\.statusFlags) == before, "afterwards")
  }
}
