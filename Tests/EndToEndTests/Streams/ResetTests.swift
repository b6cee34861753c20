import Glibc
import SockTestSupport
import Testing

/// END OF INPUT in sock(1), item 6: resets, before which nothing that was received is lost.
@Suite(.endToEnd) struct ResetTests {
  @Test("A reset is 74, and what came before it is written", arguments: ["idle pipe", "ended", "terminal"])
  func resetIs74(_ stdin: String) throws {
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
    // While it is stopped, both the data and the reset arrive: the reset must not be seen first.
    sock.send(SIGSTOP)
    try peer.tell()
    #expect(try peer.reply() == "done")
    sock.send(SIGCONT)
    let outcome = try Sock.outcome(of: sock)
    #expect(outcome.status == 74)
    #expect(outcome.output.count == 50_000)
    #expect(outcome.errors.contains("ECONNRESET"))
  }

  @Test("A reset is an error even when all was sent and received")
  func resetAfterEverythingIsAnError() throws {
    let (peer, port) = try PythonPeer.server("receive_all(c)\nc.sendall(b'answer')\nhear()\nreset(c)")
    let sock = try Sock.start(["connect", "127.0.0.1", "\(port)"], input: .text("question"))
    try sock.output?.waitForBytes(6)
    try peer.tell()
    let outcome = try Sock.outcome(of: sock)
    #expect(outcome.status == 74)
    #expect(outcome.text == "answer")
    #expect(outcome.errors.hasPrefix("sock: "))
  }

  @Test("listen reports its client's reset")
  func listenReportsAReset() throws {
    let listener = try SockListener(input: .pipe)
    let peer = try PythonPeer.client(port: listener.port, "c.sendall(b'words')\nhear()\nreset(c)")
    try listener.output.waitForBytes(5)
    try peer.tell()
    let outcome = try listener.outcome()
    #expect(outcome.status == 74)
    #expect(outcome.text == "words")
    #expect(outcome.errorLines.last?.hasPrefix("sock: ") == true)
  }

  @Test("recv --count goes on after a client resets, and reports it in its status")
  func recvCountSurvivesAReset() throws {
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

  @Test("A reset while input is being sent is 74")
  func resetWhileSendingIs74() throws {
    let (peer, port) = try PythonPeer.server("receive_exactly(c, 100000)\nreset(c)")
    let sock = try Sock.run(["connect", "127.0.0.1", "\(port)"], input: .file("/dev/zero"))
    #expect(sock.status == 74)
    try peer.finish()
  }

  @Test("send reports a reset in place of the reply")
  func resetInPlaceOfReply() throws {
    let (peer, port) = try PythonPeer.server("receive_all(c)\nreset(c)")
    let sock = try Sock.run(["send", "127.0.0.1", "\(port)", "hello"])
    #expect(sock.status == 74)
    try peer.finish()
  }

  @Test("A reset while stdout is full loses nothing that was received")
  func resetLosesNothingReceived() throws {
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
    // Wait until the pipe has its 64 KiB.
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
