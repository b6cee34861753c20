import Glibc
import SockTestSupport
import Testing

/// Large transfers in which a reader stops for a while, or a peer is killed.
@Suite(.heavy) struct InterruptedTransferTests {
  /// Stops the reader before it has read anything, and again on the way. Meanwhile the sender waits, with little memory
  /// and no CPU time.
  private func interrupt(
    _ reader: RunningProcess, writing path: String, sender: RunningProcess, start: () throws -> Void = {}
  ) throws {
    reader.send(SIGSTOP)
    try start()
    if sender !== reader {
      try sender.waitUntilIdle()
      let before = try sender.processorTime()
      #expect(sender.keepsRunning(for: .milliseconds(300)))
      #expect(try sender.processorTime() - before < .milliseconds(100))
      #expect(try sender.peakResidentBytes() < LargeTransfer.memoryLimit)
    }
    reader.send(SIGCONT)
    try eventually("a quarter has arrived", within: LargeTransfer.limit) {
      LargeTransfer.length(path) >= LargeTransfer.size / 4
    }
    reader.send(SIGSTOP)
    _ = reader.keepsRunning(for: .milliseconds(100))
    reader.send(SIGCONT)
  }

  @Test("A peer that is stopped and continued gets everything")
  func stoppedPeerGetsEverything() throws {
    let directory = try TemporaryDirectory()
    let file = try LargeTransfer.input(in: directory)
    let port = try Ports.free()
    let peer = try InstalledPeer.ncOpenBSD.serve(
      .tcp(host: "127.0.0.1", port: port), output: .file(directory("out")))
    peer.send(SIGSTOP)
    let sock = try Sock.start(["send", "--no-reply", "127.0.0.1", "\(port)"], input: .file(file))
    try interrupt(peer, writing: directory("out"), sender: sock)
    #expect(try sock.wait(within: LargeTransfer.limit).status == 0)
    try peer.wait(within: LargeTransfer.limit)
    #expect(try difference(file, directory("out")) == nil)
  }

  @Test("A sock that is stopped and continued gets everything")
  func stoppedSockGetsEverything() throws {
    let directory = try TemporaryDirectory()
    let file = try LargeTransfer.input(in: directory)
    let listener = try SockListener(verb: "recv", output: .file(directory("out")))
    listener.process.send(SIGSTOP)
    let peer = try InstalledPeer.ncOpenBSD.connect(.tcp(host: "127.0.0.1", port: listener.port), input: .file(file))
    try interrupt(listener.process, writing: directory("out"), sender: listener.process)
    #expect(try listener.outcome(within: LargeTransfer.limit).status == 0)
    #expect(try peer.wait(within: LargeTransfer.limit).status == 0)
    #expect(try difference(file, directory("out")) == nil)
  }

  @Test("A reader of stdout that is stopped and continued gets everything")
  func stoppedStdoutReaderGetsEverything() throws {
    let directory = try TemporaryDirectory()
    let file = try LargeTransfer.input(in: directory)
    let pipe = try Pipe()
    let listener = try SockListener(verb: "recv", output: .descriptor(pipe.writer))
    pipe.writer.close()
    let reader = try RunningProcess(
      "cat", input: .descriptor(pipe.reader), output: .file(directory("out")))
    pipe.reader.close()
    var peer: RunningProcess?
    try interrupt(reader, writing: directory("out"), sender: listener.process) {
      peer = try InstalledPeer.ncOpenBSD.connect(
        .tcp(host: "127.0.0.1", port: listener.port), input: .file(file))
    }
    #expect(try listener.outcome(within: LargeTransfer.limit).status == 0)
    #expect(try peer?.wait(within: LargeTransfer.limit).status == 0)
    #expect(try reader.wait(within: LargeTransfer.limit).status == 0)
    #expect(try difference(file, directory("out")) == nil)
  }

  /// The bytes sent are those the kernel accepted: what the peer got, and what was still in flight.
  @Test("A peer killed while it receives is 74, and the byte count is right", arguments: ["file", "pipe", "--crlf"])
  func killedReceiverIs74(_ way: String) throws {
    let directory = try TemporaryDirectory()
    let file = try LargeTransfer.input(in: directory)
    let (peer, port) = try PythonPeer.server(
      """
      buffer, rest = bytearray(1 << 20), \(LargeTransfer.size / 2)
      while rest:
        count = c.recv_into(buffer, min(rest, len(buffer)))
        if not count: break
        rest -= count
      say(rest)
      hear()
      """)
    let arguments = ["send", "--json", "--no-reply"] + (way == "--crlf" ? [way] : []) + ["127.0.0.1", "\(port)"]
    var feeder: RunningProcess?
    let sock: RunningProcess
    if way == "pipe" {
      let pipe = try Pipe()
      feeder = try RunningProcess("cat", [file], output: .descriptor(pipe.writer))
      pipe.writer.close()
      sock = try Sock.start(arguments, input: .descriptor(pipe.reader))
      pipe.reader.close()
    } else {
      sock = try Sock.start(arguments, input: .file(file))
    }
    #expect(try peer.reply(within: LargeTransfer.limit) == "0")
    try sock.waitUntilIdle()
    // Bytes that have arrived without their acknowledgement count twice until they are retransmitted.
    var underWay = -1
    try eventually("the bytes in flight no longer change", within: LargeTransfer.limit, every: .seconds(1)) {
      let now = try SocketTable.tcp.bytesUnderWay(to: port)
      defer { underWay = now }
      return now == underWay
    }
    peer.process.kill()
    let outcome = try Sock.outcome(of: sock, within: LargeTransfer.limit)
    #expect(outcome.status == 74)
    let sent = try LargeTransfer.number("sent", of: "closed", in: outcome.errors)
    #expect(sent == LargeTransfer.size / 2 + underWay)
    #expect(sent < LargeTransfer.size)
    feeder?.kill()
  }

  /// The peer leaves data unread: otherwise its kernel would close the connection as if all had been sent.
  @Test("A peer killed while it sends is 74, and the byte count is right", arguments: ["file", "pipe", "-x"])
  func killedSenderIs74(_ way: String) throws {
    let directory = try TemporaryDirectory()
    let (peer, port) = try PythonPeer.server(
      """
      block = bytes(range(256)) * 4096
      while True: c.sendall(block)
      """)
    let arguments =
      ["connect", "--json"] + (way == "-x" ? ["--log-hex", "/dev/null"] : []) + ["127.0.0.1", "\(port)"]
    let output = directory("out")
    var reader: RunningProcess?
    let sock: RunningProcess
    if way == "pipe" {
      let pipe = try Pipe()
      reader = try RunningProcess("cat", input: .descriptor(pipe.reader), output: .file(output))
      pipe.reader.close()
      sock = try Sock.start(arguments, input: .file("/dev/zero"), output: .descriptor(pipe.writer))
      pipe.writer.close()
    } else {
      sock = try Sock.start(arguments, input: .file("/dev/zero"), output: .file(output))
    }
    // Dumping this much takes a while.
    let wanted = way == "-x" ? min(LargeTransfer.size, 128 << 20) / 2 : LargeTransfer.size / 2
    try eventually("half of it has arrived", within: LargeTransfer.limit) { LargeTransfer.length(output) >= wanted }
    peer.process.kill()
    let outcome = try Sock.outcome(of: sock, within: LargeTransfer.limit)
    try reader?.wait(within: LargeTransfer.limit)
    #expect(outcome.status == 74)
    #expect(try LargeTransfer.number("received", of: "closed", in: outcome.errors) == LargeTransfer.length(output))
  }

  /// A peer that reads nothing is given up after ten seconds. This one reads what the kernel holds while sock is stopped.
  @Test(
    "A listener that was stopped and continued drops no client that reads",
    .enabled(if: Sock.canMakeNamespaces, "needs a port of its own"))
  func stoppedListenerKeepsReadingClients() throws {
    let outcome = try Sock.inNamespace(
      """
      head -c 33554432 /dev/zero | $SOCK listen --keep-open 127.0.0.1 7000 & sock=$!
      socat -u TCP:127.0.0.1:7000,retry=200,interval=0.05 - | {
        sleep 1
        kill -STOP $sock
        { sleep 11; kill -CONT $sock; } &
        wc -c
      }
      kill $sock
      """, within: .seconds(60))
    #expect(outcome.text == "33554432\n", "\(outcome)")
  }

  @Test("A reader of stdout that goes away half-way is 141")
  func stdoutReaderThatLeavesIs141() throws {
    let pipe = try Pipe()
    let listener = try SockListener(["--json"], verb: "recv", output: .descriptor(pipe.writer))
    pipe.writer.close()
    let reader = try RunningProcess(
      "head", ["-c", "\(LargeTransfer.size / 2)"], input: .descriptor(pipe.reader), output: .null)
    pipe.reader.close()
    let peer = try InstalledPeer.ncOpenBSD.connect(
      .tcp(host: "127.0.0.1", port: listener.port), input: .file("/dev/zero"))
    let outcome = try listener.outcome(within: LargeTransfer.limit)
    #expect(outcome.status == 141)
    #expect(try reader.wait().status == 0)
    #expect(try LargeTransfer.number("received", of: "closed", in: outcome.errors) >= LargeTransfer.size / 2)
    peer.kill()
  }

  @Test("What had arrived when the wait ended is written, however slow the reader of stdout")
  func receivedDataIsWrittenAfterTheWait() throws {
    // More than a pipe holds: with the pages that splice(2) moves, a pipe of 1 MiB took 3 MiB.
    let block = RandomData.bytes(1 << 20, seed: 9)
    let sent = Array((0..<64).map { _ in block }.joined())
    let (peer, port) = try PythonPeer.server(
      """
      c.settimeout(60)
      data = sys.stdin.buffer.read(int(hear()))
      count = 0
      c.setblocking(False)
      while count < len(data):
        try: count += c.send(data[count:])
        except BlockingIOError:
          if not select.select([], [c], [], 0.5)[1]: break
      say(count - unacknowledged(c))
      hear()
      """)
    let pipe = try Pipe()
    let sock = try Sock.start(["connect", "-q", "3", "127.0.0.1", "\(port)"], output: .descriptor(pipe.writer))
    pipe.writer.close()
    try peer.tell("\(sent.count)")
    startThread { try? peer.process.input?.write(sent, within: .seconds(60)) }
    let arrived = try #require(Int(try peer.reply()))
    #expect(sock.keepsRunning(for: .seconds(3)))
    var got: [UInt8] = []
    while let part = try pipe.reader.read(upTo: 65_536) { got += part }
    #expect(try sock.wait().status == 0)
    // Possibly more than had arrived: reading makes room for what the peer's own buffer held.
    #expect(arrived < sent.count && got.count >= arrived)
    #expect(got == Array(sent.prefix(got.count)))
  }
}
