import Glibc
import SockTestSupport
import Testing

/// Datagrams from Unix sockets without a name, as those to a notify socket: they cannot be answered.
@Suite(.endToEnd) struct UnnamedSenderTests {
  private static let warning = "cannot be answered: standard input is not read"

  private func start(
    _ options: [String], _ path: String, input: RunningProcess.Input = .pipe
  ) throws -> RunningProcess {
    let server = try Sock.start(["listen", "-v", "-U", "--type", "dgram", path] + options, input: input)
    try server.errors?.waitForLine(containing: "listening")
    return server
  }

  /// Sends datagrams from a socket that is not bound.
  private func send(_ messages: [String], to path: String) throws {
    try PythonPeer(
      """
      s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
      for message in sys.argv[2:]: s.sendto(message.encode(), sys.argv[1])
      """, arguments: [path] + messages
    ).finish()
  }

  @Test("They are written out, stdin is left unread, and one warning says so", arguments: [[], ["-k"]])
  func inputIsLeftUnread(_ options: [String]) throws {
    let directory = try TemporaryDirectory()
    let path = directory("socket")
    let input = try Pipe()
    let server = try start(options, path, input: .descriptor(input.reader))
    try input.writer.write("kept")
    for (count, message) in ["READY=1", "STATUS=2", "STOPPING=1"].enumerated() {
      try send([message], to: path)
      try server.output?.waitForBytes([7, 15, 25][count])
    }
    #expect(server.isRunning)
    #expect(server.errors?.lines.filter { $0.contains(Self.warning) }.count == 1)
    server.kill()
    try server.wait()
    input.writer.close()
    #expect(try input.reader.read() == Array("kept".utf8))
  }

  @Test("Stdin goes to the next peer that has a name")
  func inputGoesToTheNextNamedPeer() throws {
    let directory = try TemporaryDirectory()
    let path = directory("socket")
    let server = try start(["-k"], path)
    try server.input?.write("input")
    try send(["READY=1"], to: path)
    try server.output?.waitForBytes(7)
    let peer = try PythonPeer(
      """
      s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
      s.bind(sys.argv[1] + '.peer')
      s.sendto(b'named', sys.argv[1])
      say(s.recv(100).decode())
      """, arguments: [path])
    #expect(try peer.reply() == "input")
  }

  @Test("No warning where there is no input to send", arguments: [[], ["-k"]])
  func noInputIsNoWarning(_ options: [String]) throws {
    let directory = try TemporaryDirectory()
    let path = directory("socket")
    let server = try start(options, path, input: .null)
    try send(["READY=1"], to: path)
    try server.output?.waitForBytes(7)
    try server.waitUntilIdle()
    #expect(server.isRunning && server.errors?.text.contains("warning") == false)
  }

  @Test("Nor to a peer that has gone by the time its datagram is read")
  func peerThatHasGone() throws {
    let directory = try TemporaryDirectory()
    let path = directory("socket")
    let server = try start([], path)
    server.send(SIGSTOP)
    try PythonPeer(
      """
      s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
      s.bind(sys.argv[1] + '.peer')
      s.sendto(b'named', sys.argv[1])
      s.close()
      os.unlink(sys.argv[1] + '.peer')
      """, arguments: [path]
    ).finish()
    server.send(SIGCONT)
    try server.input?.write("input")
    try server.output?.waitForBytes(5)
    try send(["more"], to: path)
    try server.output?.waitForBytes(9)
    #expect(server.isRunning && server.errors?.text.contains("cannot answer") == true)
  }

  @Test("A server that only sends has nobody to send to, which is 74")
  func sendOnlyIsAnError() throws {
    let directory = try TemporaryDirectory()
    let path = directory("socket")
    let server = try start(["--send-only"], path)
    try send(["READY=1"], to: path)
    let outcome = try Sock.outcome(of: server)
    #expect(outcome.status == 74 && outcome.errors.contains("unnamed"), "\(outcome)")
  }
}
