import Glibc
import SockTestSupport
import Testing

/// End of input: a transfer known to be incomplete does not end like a complete one. The peer gets what was
/// sent, and then a reset.
@Suite(.endToEnd) struct IncompleteTransferTests {
  /// Reads slowly, then prints how much there was and how it ended.
  private static let slowReader = """
    got = bytearray()
    def read(say_it=True):
      try:
        while True:
          part = c.recv(20000)
          if not part: return say(len(got), digest(got), 'the end')
          got.extend(part)
          time.sleep(0.002)
      except ConnectionResetError: say(len(got), digest(got), 'a reset')

    """

  private static let fullDisk =
    """
    mkdir $TMP.disk
    mount -t tmpfs -o size=1m none $TMP.disk
    head -c 1300000 /dev/urandom > $TMP.in
    $SOCK recv ENDPOINT > $TMP.disk/out & receiver=$!
    READY
    sent=0; $SOCK send ENDPOINT < $TMP.in || sent=$?
    received=0; wait $receiver || received=$?
    stat -c "$sent $received %s" $TMP.disk/out

    """

  @Test(
    "A receiver with a full disk resets its sender, even after all was sent",
    .enabled(if: Sock.canMakeNamespaces, "needs the privilege to mount a file system of 1 MiB"),
    arguments: ["127.0.0.1:7000", "[::1]:7000", "mptcp://127.0.0.1:7000"])
  func fullDiskResetsTheSender(_ endpoint: String) throws {
    let script = Self.fullDisk.replacing("ENDPOINT", with: endpoint).replacing(
      "READY", with: "until grep -q ':1B58 .* 0A ' /proc/net/tcp /proc/net/tcp6; do sleep 0.05; done")
    let outcome = try Sock.inNamespace(script)
    #expect(outcome.text == "74 74 \(1 << 20)\n", "\(outcome)")
    #expect(outcome.errors.contains("ENOSPC") && outcome.errors.contains("lost"), "\(outcome)")
  }

  @Test(
    "Over a Unix socket the sender learns that data was left unread",
    .enabled(if: Sock.canMakeNamespaces, "needs the privilege to mount a file system of 1 MiB"))
  func unixSenderLearnsOfUnreadData() throws {
    let script = Self.fullDisk.replacing("ENDPOINT", with: "unix:$TMP.s").replacing("1300000", with: "8000000")
      .replacing("READY", with: "until test -S $TMP.s; do sleep 0.05; done")
    #expect(try Sock.inNamespace(script).text == "74 74 \(1 << 20)\n")
  }

  /// `head` is satisfied, but the sender learns that not everything was taken.
  @Test("A reader of stdout that leaves data unread makes the sender fail")
  func unreadOutputResetsTheSender() throws {
    let pipe = try Pipe()
    let listener = try SockListener(verb: "recv", output: .descriptor(pipe.writer))
    pipe.writer.close()
    let reader = try RunningProcess("head", ["-c", "1000"], input: .descriptor(pipe.reader), output: .null)
    pipe.reader.close()
    let sender = try Sock.run(["send", "127.0.0.1", "\(listener.port)"], input: .file("/dev/zero"))
    #expect(sender.status == 74, "\(sender)")
    #expect(try listener.outcome().status == 141)
    #expect(try reader.wait().status == 0)
  }

  @Test("A reader of stdout that took everything leaves an orderly end")
  func satisfiedReaderEndsInOrder() throws {
    let pipe = try Pipe()
    let listener = try SockListener(verb: "recv", output: .descriptor(pipe.writer))
    pipe.writer.close()
    let peer = try PythonPeer.client(port: listener.port, "c.sendall(b'hello')\nsay(receive_all(c))")
    #expect(try pipe.reader.read() == Array("hello".utf8))
    pipe.reader.close()
    #expect(try listener.outcome().status == 141)
    #expect(try peer.reply() == "b''")
  }

  @Test("All that was sent arrives before the reset of a full disk")
  func sentDataPrecedesTheReset() throws {
    let (peer, port) = try PythonPeer.server(
      Self.slowReader + "while len(got) < 100000: got.extend(c.recv(20000))\nc.sendall(b'x')\nhear()\nread()")
    let pipe = try Pipe()
    let sock = try Sock.start(
      ["connect", "127.0.0.1", "\(port)"], input: .descriptor(pipe.reader), output: .file("/dev/full"))
    let data = RandomData.bytes(300_000, seed: 3)
    try pipe.writer.write(data)
    #expect(try sock.wait().status == 74)
    try peer.tell()
    // What was still in the pipe is not sent; every byte that was sent is there.
    let words = try peer.reply().split(separator: " ", maxSplits: 2).map(String.init)
    #expect(words.count == 3 && Int(words[0]) ?? 0 >= 100_000 && words[2] == "a reset", "\(words)")
  }

  @Test(
    "A file cut short by a signal or the deadline ends with a reset, after all that was sent",
    arguments: [SIGTERM, SIGINT, 0])
  func interruptedFileEndsWithReset(
    _ signal: CInt
  ) throws {
    let directory = try TemporaryDirectory()
    try RandomData.file(directory("in"), 3_000_000, seed: 4)
    let (peer, port) = try PythonPeer.server(Self.slowReader + "hear()\nread()")
    let limit = signal == 0 ? ["--deadline", "0.5"] : []
    let sock = try Sock.start(
      ["send", "-v", "--no-reply", "--limit-rate", "100k", "127.0.0.1", "\(port)"] + limit,
      input: .file(directory("in")))
    if signal != 0 {
      try sock.errors?.waitForLine(containing: "connected")
      _ = sock.keepsRunning(for: .milliseconds(400))
      sock.send(signal)
    }
    let outcome = try Sock.outcome(of: sock)
    #expect(outcome.status == (signal == 0 ? 75 : 128 + signal))
    // All of it waits in the peer's kernel, and is read after the reset has arrived.
    try peer.tell()
    let sent = try #require(outcome.errors.firstMatch(of: /sent (\d+) bytes/).flatMap { Int($0.1) })
    let hash = try RunningProcess("sh", ["-c", "head -c \(sent) \(directory("in")) | sha256sum"])
    try hash.wait()
    #expect(sent > 0 && sent < 3_000_000)
    #expect(try peer.reply() == "\(sent) \(hash.output?.text.prefix(64) ?? "") a reset")
  }

  @Test("A message cut short by the deadline ends with a reset")
  func interruptedMessageEndsWithReset() throws {
    let (peer, port) = try PythonPeer.server(Self.slowReader + "read()")
    let outcome = try Sock.run(
      ["send", "--limit-rate", "50", "--deadline", "0.3", "127.0.0.1", "\(port)", String(repeating: "x", count: 1000)])
    #expect(outcome.status == 75)
    #expect(try peer.reply().hasSuffix(" a reset"))
  }

  @Test(
    "A pipe cut short by a signal or by silence ends in order: its length was never known",
    arguments: [[], ["-i", "0.3"]])
  func interruptedPipeEndsInOrder(
    _ options: [String]
  ) throws {
    let (peer, port) = try PythonPeer.server("say(receive_all(c))")
    let sock = try Sock.start(["send", "-v"] + options + ["127.0.0.1", "\(port)"], input: .pipe)
    try sock.input?.write("some")
    if options.isEmpty {
      try sock.errors?.waitForLine(containing: "connected")
      _ = sock.keepsRunning(for: .milliseconds(200))
      sock.send(SIGTERM)
    }
    #expect(try sock.wait().status == (options.isEmpty ? 128 + SIGTERM : 75))
    #expect(try peer.reply() == "b'some'")
  }

  @Test("Input that cannot be read resets the peer")
  func unreadableInputResetsThePeer() throws {
    let listener = try SockListener(verb: "recv")
    // Nothing is mapped at address 0, so that reading there is EIO.
    #expect(try Sock.run(["send", "127.0.0.1", "\(listener.port)"], input: .file("/proc/self/mem")).status == 74)
    #expect(try listener.outcome().status == 74)
  }

  @Test("A server that ends half-way through a file resets the clients that lack the rest")
  func stoppedServerResetsUnfinishedClients() throws {
    let directory = try TemporaryDirectory()
    try RandomData.file(directory("in"), 8_000_000, seed: 5)
    let listener = try SockListener(
      ["-k", "-v", "--send-only", "--limit-rate", "500k"], input: .file(directory("in")))
    let peer = try PythonPeer.client(port: listener.port, Self.slowReader + "read()")
    try listener.errors.waitForLine(containing: "accepted")
    _ = listener.process.keepsRunning(for: .milliseconds(300))
    listener.process.send(SIGTERM)
    #expect(try listener.outcome().status == 128 + SIGTERM)
    #expect(try peer.reply().hasSuffix(" a reset"))
  }
}
