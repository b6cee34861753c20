import Glibc
import SockTestSupport
import Testing

/// Contract, "End of input, stream sockets", rule 5: resets, and nothing received is lost before one.
@Suite(.endToEnd) struct ResetTests {
  @Test(arguments: ["idle pipe", "ended", "terminal"])
  func `a reset is 74, and what came before it is written out`(_ stdin: String) throws {
    let (peer, port) = try PythonPeer.server(
      """
      hear()
      c.sendall(b'x' * 50000)
      wait_until_acknowledged(c)
      reset(c)
      say('done')
      """)
    let terminal = try PseudoTerminal()
    let input: RunningProcess.Input =
      switch stdin {
      case "idle pipe": .pipe
      case "terminal": .descriptor(terminal.terminal)
      default: .null
      }
    let sock = try Sock.start(["connect", "-v", "127.0.0.1", "\(port)"], input: input)
    try sock.errors?.waitForLine(containing: "connected to")
    try sock.waitUntilIdle()
    // While it is stopped, the data and the reset both arrive: the reset must not be seen first.
    sock.send(SIGSTOP)
    try peer.tell()
    #expect(try peer.reply() == "done")
    sock.send(SIGCONT)
    let outcome = try Sock.outcome(of: sock)
    #expect(outcome.status == 74)
    #expect(outcome.output.count == 50_000)
    #expect(outcome.errors.contains("ECONNRESET"))
  }

  @Test func `a reset is an error even when all was sent and received`() throws {
    let (peer, port) = try PythonPeer.server("receive_all(c)\nc.sendall(b'answer')\nhear()\nreset(c)")
    let sock = try Sock.start(["connect", "127.0.0.1", "\(port)"], input: .text("question"))
    try sock.output?.waitForBytes(6)
    try peer.tell()
    let outcome = try Sock.outcome(of: sock)
    #expect(outcome.status == 74)
    #expect(outcome.text == "answer")
    #expect(outcome.errors.hasPrefix("sock: "))
  }

  @Test func `listen reports the reset of its client`() throws {
    let listener = try SockListener(input: .pipe)
    let peer = try PythonPeer.client(port: listener.port, "c.sendall(b'words')\nhear()\nreset(c)")
    try listener.output.waitForBytes(5)
    try peer.tell()
    let outcome = try listener.outcome()
    #expect(outcome.status == 74)
    #expect(outcome.text == "words")
    #expect(outcome.errorLines.last?.hasPrefix("sock: ") == true)
  }

  @Test func `recv --count goes on after a client that resets, and says in the end that one did`() throws {
    let listener = try SockListener(["--count", "2"], verb: "recv")
    let rude = try PythonPeer.client(port: listener.port, "c.sendall(b'half')\nhear()\nreset(c)\nsay('done')")
    try listener.output.waitForBytes(4)
    try rude.tell()
    #expect(try rude.reply() == "done")
    _ = try PythonPeer.client(port: listener.port, "c.sendall(b' and whole')")
    let outcome = try listener.outcome()
    #expect(outcome.status == 74)
    #expect(outcome.text == "half and whole")
    #expect(outcome.errors.contains("ECONNRESET"))
    #expect(outcome.errorLines.last == "sock: 1 of 2 connections failed")
  }

  @Test func `a reset while our input is being sent is 74`() throws {
    let (peer, port) = try PythonPeer.server("receive_exactly(c, 100000)\nreset(c)")
    let sock = try Sock.run(["connect", "127.0.0.1", "\(port)"], input: .file("/dev/zero"))
    #expect(sock.status == 74)
    try peer.finish()
  }

  @Test func `send reports a reset in the place of the reply`() throws {
    let (peer, port) = try PythonPeer.server("receive_all(c)\nreset(c)")
    let sock = try Sock.run(["send", "127.0.0.1", "\(port)", "hello"])
    #expect(sock.status == 74)
    try peer.finish()
  }

  @Test func `a reset that comes while stdout is full loses nothing that was received`() throws {
    let (peer, port) = try PythonPeer.server(
      """
      c.sendall(b'y' * 150000)
      hear()
      wait_until_acknowledged(c)
      reset(c)
      say('done')
      """)
    let output = try Pipe()
    let sock = try Sock.start(["connect", "127.0.0.1", "\(port)"], input: .pipe, output: .descriptor(output.writer))
    output.writer.close()
    // The pipe takes 64 KiB; wait until they are there.
    try eventually("a full pipe") {
      var waiting: CInt = 0
      _ = ioctl(output.reader.raw, UInt(FIONREAD), &waiting)
      return waiting >= 65536
    }
    try sock.waitUntilIdle()
    try peer.tell()
    #expect(try peer.reply() == "done")
    var got = 0
    while let part = try output.reader.read() { got += part.count }
    #expect(got == 150_000)
    #expect(try sock.wait().status == 74)
  }
}
