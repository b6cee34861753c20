import Glibc
import SockTestSupport
import Testing

/// END OF INPUT in sock(1), items 4 and 5, and a standard output whose reader has gone.
@Suite(.endToEnd) struct ClosingTests {
  /// A peer that never stops sending: closing with its data unread would send a reset.
  static let keepsSending = """
    def flood():
      try:
        while True: c.sendall(bytes(65536))
      except OSError: pass
    threading.Thread(target=flood, daemon=True).start()
    got = bytearray()
    try:
      while True:
        part = c.recv(4096)
        if not part: break
        got += part
        time.sleep(0.0005)
    except ConnectionResetError: pass
    say(len(got), digest(got))
    os._exit(0)
    """

  @Test(
    "Closing first loses nothing that was sent, even while the peer keeps sending",
    arguments: [["--on-eof", "close"], ["-q", "0"], ["--send-only"], ["-q", "0.1"]])
  func closingFirstLosesNothing(
    _ options: [String]
  ) throws {
    let directory = try TemporaryDirectory()
    try RandomData.file(directory("in"), 3_000_000, seed: 1)
    let (peer, port) = try PythonPeer.server(Self.keepsSending)
    let sock = try Sock.start(
      ["connect"] + options + ["127.0.0.1", "\(port)"], input: .file(directory("in")), output: .null)
    #expect(try sock.wait().status == 0)
    let hash = try RunningProcess("sha256sum", [directory("in")])
    try hash.wait()
    #expect(try peer.reply() == "3000000 " + (hash.output?.text.prefix(64) ?? ""))
  }

  @Test("send --no-reply loses nothing either")
  func sendWithoutReplyLosesNothing() throws {
    let directory = try TemporaryDirectory()
    try RandomData.file(directory("in"), 1_000_000, seed: 1)
    let (peer, port) = try PythonPeer.server(Self.keepsSending)
    let sock = try Sock.run(["send", "--no-reply", "127.0.0.1", "\(port)"], input: .file(directory("in")))
    #expect(sock.status == 0)
    #expect(try peer.reply().hasPrefix("1000000 "))
  }

  @Test("listen --send-only loses nothing either")
  func listenSendOnlyLosesNothing() throws {
    let directory = try TemporaryDirectory()
    try RandomData.file(directory("in"), 1_000_000, seed: 1)
    let listener = try SockListener(["--send-only"], input: .file(directory("in")))
    let peer = try PythonPeer.client(port: listener.port, Self.keepsSending)
    let outcome = try listener.outcome()
    #expect(outcome.status == 0)
    #expect(outcome.text == "")
    #expect(try peer.reply().hasPrefix("1000000 "))
  }

  @Test("--send-only discards what the peer sends and ends when all is acknowledged")
  func sendOnlyDiscardsAndWaits() throws {
    let (peer, port) = try PythonPeer.server("c.sendall(b'unwanted')\nsay(receive_all(c).decode())\nhear()")
    let sock = try Sock.run(["connect", "--send-only", "127.0.0.1", "\(port)"], input: .text("data"))
    #expect(sock.status == 0)
    #expect(sock.text == "")
    #expect(try peer.reply() == "data")
  }

  @Test("--recv-only never reads stdin")
  func recvOnlyNeverReadsStdin() throws {
    let (_, port) = try PythonPeer.server(
      """
      c.sendall(b'data')
      c.shutdown(socket.SHUT_WR)
      say('got %d' % len(receive_all(c)))
      """)
    let input = try Pipe()
    try input.writer.write("keep me")
    input.writer.close()
    let sock = try Sock.start(
      ["connect", "--recv-only", "127.0.0.1", "\(port)"], input: .descriptor(input.reader))
    let outcome = try Sock.outcome(of: sock)
    #expect(outcome.status == 0)
    #expect(outcome.text == "data")
    #expect(try input.reader.read() == Array("keep me".utf8))
  }

  @Test("recv, --recv-only, and send with a message leave a script's stdin alone")
  func stdinOfScriptIsLeftAlone() throws {
    let (_, port) = try PythonPeer.server("c.sendall(b'reply ')\nc.close()")
    let shell = try RunningProcess(
      "sh", ["-c", "\(Sock.binary) send 127.0.0.1 \(port) hello; cat"], input: .text("the rest of the script"))
    #expect(try shell.wait().status == 0)
    #expect(shell.output?.text == "reply the rest of the script")
  }

  @Test("A reader of stdout that goes away during a transfer is 141")
  func stdoutReaderGoneDuringTransferIs141() throws {
    let (_, port) = try PythonPeer.server("while True: c.sendall(bytes(65536))")
    let output = try Pipe()
    let sock = try Sock.start(
      ["connect", "127.0.0.1", "\(port)"], input: .pipe, output: .descriptor(output.writer))
    output.writer.close()
    #expect(try output.reader.read() != nil)
    output.reader.close()
    #expect(try sock.wait().status == 141)
  }

  @Test("A reader of stdout that goes away while nothing happens is 141", arguments: ["ended", "open"])
  func stdoutReaderGoneWhileIdleIs141(_ stdin: String) throws {
    let (peer, port) = try PythonPeer.server("c.sendall(b'x')\nhear()")
    let output = try Pipe()
    let sock = try Sock.start(
      ["connect", "127.0.0.1", "\(port)"], input: stdin == "ended" ? .null : .pipe,
      output: .descriptor(output.writer))
    output.writer.close()
    #expect(try output.reader.read() == Array("x".utf8))
    output.reader.close()
    #expect(try sock.wait().status == 141)
    #expect(peer.process.isRunning)
  }

  @Test("A reader of listen's stdout that goes away is 141")
  func stdoutReaderOfListenGoneIs141() throws {
    let output = try Pipe()
    let listener = try SockListener(["-k"], output: .descriptor(output.writer))
    output.writer.close()
    let peer = try PythonPeer.client(port: listener.port, "c.sendall(b'x')\nhear()")
    #expect(try output.reader.read() == Array("x".utf8))
    output.reader.close()
    #expect(try listener.process.wait().status == 141)
    #expect(peer.process.isRunning)
  }

  @Test("The error for a full disk under stdout names stdout")
  func fullDiskNamesStdout() throws {
    let (_, port) = try PythonPeer.server("c.sendall(b'x')\nhear()")
    let sock = try Sock.start(["connect", "127.0.0.1", "\(port)"], output: .file("/dev/full"))
    #expect(try sock.wait().status != 0)
    #expect(sock.errors?.text.contains("ENOSPC") == true)
  }

  @Test("TERM while the peer is sending loses nothing that was sent")
  func signalWhileReceivingLosesNothingSent() throws {
    let (peer, port) = try PythonPeer.server(
      """
      import threading, termios, fcntl, struct, time
      def flood():
        try:
          while True: c.sendall(b"x" * 65536)
        except OSError: pass
      threading.Thread(target=flood, daemon=True).start()
      def waiting(): return struct.unpack("i", fcntl.ioctl(c, termios.FIONREAD, b"0000"))[0]
      while waiting() < 30000: time.sleep(0.01)
      say("has it")
      hear()
      n = 0
      while True:
        d = c.recv(65536)
        if not d: break
        n += len(d)
      say(n)
      """)
    let input = try Pipe()
    try input.writer.write(String(repeating: "y", count: 30_000))
    let sock = try Sock.start(
      ["connect", "127.0.0.1", "\(port)"], input: .descriptor(input.reader), output: .null)
    #expect(try peer.reply() == "has it")
    sock.send(15)
    #expect(try sock.wait().status == 143)
    try peer.tell()
    #expect(try peer.reply() == "30000")
  }
}
