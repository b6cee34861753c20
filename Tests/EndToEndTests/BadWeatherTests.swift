import Glibc
import SockTestSupport
import Testing

/// Transfers that do not go well: readers that stop, peers that are killed, disks that fill, files that shrink.
///
/// With `SOCK_TEST_FULL=1` each carries 4 GiB.
@Suite(.heavy) struct BadWeatherTests {
  static let size = fullTests ? 4 << 30 : 64 << 20
  static let limit: Duration = fullTests ? .seconds(300) : .seconds(60)
  static let memoryLimit = 32 << 20

  /// A file of random bytes, as long as the test is.
  private func input(in directory: TemporaryDirectory) throws -> String {
    let path = directory("in")
    try RunningProcess("sh", ["-c", "head -c \(Self.size) /dev/urandom > \(path)"]).wait(within: Self.limit)
    return path
  }

  private func length(_ path: String) -> Int { fileStatus(path).map { Int($0.st_size) } ?? 0 }

  /// A number of an event, as JSON has it.
  private func number(_ name: String, of event: String, in errors: String) throws -> Int {
    for line in errors.split(separator: "\n") where line.contains("\"event\":\"\(event)\"") {
      guard let place = line.range(of: "\"\(name)\":") else { break }
      if let number = Int(line[place.upperBound...].prefix { $0.isNumber }) { return number }
    }
    throw TestFailure("no \(name) of \(event) in \(errors)")
  }

  /// Has the reader stand still before it has read anything, and once more on the way; what sends to it waits meanwhile
  /// without using the processor, and with little memory.
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
      #expect(try sender.peakResidentBytes() < Self.memoryLimit)
    }
    reader.send(SIGCONT)
    try eventually("a quarter has arrived", within: Self.limit) { length(path) >= Self.size / 4 }
    reader.send(SIGSTOP)
    _ = reader.keepsRunning(for: .milliseconds(100))
    reader.send(SIGCONT)
  }

  @Test func `a peer that is stopped and continued gets everything`() throws {
    let directory = try TemporaryDirectory()
    let file = try input(in: directory)
    let port = try Ports.free()
    let peer = try InstalledPeer.ncOpenBSD.serve(
      .tcp(host: "127.0.0.1", port: port), output: .file(directory("out")))
    peer.send(SIGSTOP)
    let sock = try Sock.start(["send", "--no-reply", "127.0.0.1", "\(port)"], input: .file(file))
    try interrupt(peer, writing: directory("out"), sender: sock)
    #expect(try sock.wait(within: Self.limit).status == 0)
    try peer.wait(within: Self.limit)
    #expect(try difference(file, directory("out")) == nil)
  }

  @Test func `a sock that is stopped and continued gets everything`() throws {
    let directory = try TemporaryDirectory()
    let file = try input(in: directory)
    let listener = try SockListener(verb: "recv", output: .file(directory("out")))
    listener.process.send(SIGSTOP)
    let peer = try InstalledPeer.ncOpenBSD.connect(.tcp(host: "127.0.0.1", port: listener.port), input: .file(file))
    try interrupt(listener.process, writing: directory("out"), sender: listener.process)
    #expect(try listener.outcome(within: Self.limit).status == 0)
    #expect(try peer.wait(within: Self.limit).status == 0)
    #expect(try difference(file, directory("out")) == nil)
  }

  @Test func `a reader of stdout that is stopped and continued gets everything`() throws {
    let directory = try TemporaryDirectory()
    let file = try input(in: directory)
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
    #expect(try listener.outcome(within: Self.limit).status == 0)
    #expect(try peer?.wait(within: Self.limit).status == 0)
    #expect(try reader.wait(within: Self.limit).status == 0)
    #expect(try difference(file, directory("out")) == nil)
  }

  /// The count of what was sent is what the kernel took: all that the peer got, and what was still on the way.
  @Test(arguments: ["file", "pipe", "--crlf"])
  func `a peer that is killed while it receives is 74, and the count is true`(_ way: String) throws {
    let directory = try TemporaryDirectory()
    let file = try input(in: directory)
    let (peer, port) = try PythonPeer.server(
      """
      buffer, rest = bytearray(1 << 20), \(Self.size / 2)
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
    #expect(try peer.reply(within: Self.limit) == "0")
    try sock.waitUntilIdle()
    // What has arrived, and whose acknowledgement has not, counts twice until it is sent once more.
    var underWay = -1
    try eventually("what is under way stands still", within: Self.limit, every: .seconds(1)) {
      let now = try SocketTable.tcp.bytesUnderWay(to: port)
      defer { underWay = now }
      return now == underWay
    }
    peer.process.kill()
    let outcome = try Sock.outcome(of: sock, within: Self.limit)
    #expect(outcome.status == 74)
    let sent = try number("sent", of: "closed", in: outcome.errors)
    #expect(sent == Self.size / 2 + underWay)
    #expect(sent < Self.size)
    feeder?.kill()
  }

  /// The peer leaves something unread: otherwise its kernel would end the connection as if all had been sent.
  @Test(arguments: ["file", "pipe", "-x"])
  func `a peer that is killed while it sends is 74, and the count is true`(_ way: String) throws {
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
    // The dump of as much takes its time.
    let wanted = way == "-x" ? min(Self.size, 128 << 20) / 2 : Self.size / 2
    try eventually("half of it has arrived", within: Self.limit) { length(output) >= wanted }
    peer.process.kill()
    let outcome = try Sock.outcome(of: sock, within: Self.limit)
    try reader?.wait(within: Self.limit)
    #expect(outcome.status == 74)
    #expect(try number("received", of: "closed", in: outcome.errors) == length(output))
  }

  @Test(
    .enabled(if: Sock.canMakeNamespaces, "needs the right to mount a file system of 8 MiB"),
    arguments: [[], ["--log", "/dev/null"]])
  func `a disk that fills under stdout is 74, and the count is what is on it`(_ options: [String]) throws {
    let outcome = try Sock.inNamespace(
      """
      mkdir $TMP.disk
      mount -t tmpfs -o size=8m none $TMP.disk
      head -c \(Self.size) /dev/zero | socat -u - TCP:127.0.0.1:7000,retry=200,interval=0.05 2>/dev/null &
      status=0
      $SOCK recv --json \(options.joined(separator: " ")) 127.0.0.1 7000 > $TMP.disk/out || status=$?
      stat -c "$status %s" $TMP.disk/out
      """, within: Self.limit)
    #expect(outcome.text == "74 \(8 << 20)\n", "\(outcome)")
    #expect(outcome.errors.contains("cannot write standard output"))
    #expect(outcome.errors.contains("ENOSPC"))
    #expect(try number("received", of: "closed", in: outcome.errors) == 8 << 20)
  }

  /// Ten seconds are what a peer has that takes nothing; it takes what the kernel holds while sock is stopped.
  @Test(.enabled(if: Sock.canMakeNamespaces, "needs a port of its own"))
  func `a listener that was stopped and continued gives up nobody who reads`() throws {
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

  @Test(arguments: [[], ["--log", "/dev/null"], ["--limit-rate", "4G"]])
  func `a file that shrinks while it is sent is 74, and says so`(_ options: [String]) throws {
    let directory = try TemporaryDirectory()
    let file = try input(in: directory)
    let (peer, port) = try PythonPeer.server(
      """
      hear()
      buffer, got = bytearray(1 << 20), 0
      try:
        while True:
          count = c.recv_into(buffer)
          if not count: break
          got += count
        say(got, 'the end')
      except ConnectionResetError: say(got, 'a reset')
      """)
    let sock = try Sock.start(
      ["send", "--json", "--no-reply"] + options + ["127.0.0.1", "\(port)"], input: .file(file))
    try sock.waitUntilIdle()
    #expect(truncate(file, off_t(Self.size / 2)) == 0)
    try peer.tell()
    let outcome = try Sock.outcome(of: sock, within: Self.limit)
    #expect(outcome.status == 74)
    #expect(outcome.errors.contains("shrank from \(Self.size) to \(Self.size / 2) bytes"), "\(outcome.errors)")
    let got = try peer.reply(within: Self.limit)
    #expect(got == "\(Self.size / 2) a reset")
    #expect(try number("sent", of: "closed", in: outcome.errors) == Self.size / 2)
  }

  /// The files of `/sys` say that they are a page long, and hold a few bytes.
  @Test func `a file that is shorter than it says has not shrunk`() throws {
    let (peer, port) = try PythonPeer.server("say(receive_all(c))")
    let outcome = try Sock.run(
      ["send", "127.0.0.1", "\(port)"], input: .file("/sys/kernel/mm/transparent_hugepage/enabled"))
    #expect(outcome.status == 0, "\(outcome)")
    try peer.finish()
  }

  @Test func `a reader of stdout that ends half-way is 141`() throws {
    let pipe = try Pipe()
    let listener = try SockListener(["--json"], verb: "recv", output: .descriptor(pipe.writer))
    pipe.writer.close()
    let reader = try RunningProcess("head", ["-c", "\(Self.size / 2)"], input: .descriptor(pipe.reader), output: .null)
    pipe.reader.close()
    let peer = try InstalledPeer.ncOpenBSD.connect(
      .tcp(host: "127.0.0.1", port: listener.port), input: .file("/dev/zero"))
    let outcome = try listener.outcome(within: Self.limit)
    #expect(outcome.status == 141)
    #expect(try reader.wait().status == 0)
    #expect(try number("received", of: "closed", in: outcome.errors) >= Self.size / 2)
    peer.kill()
  }

  @Test func `what had arrived when the wait was over is written, however slow the reader of stdout`() throws {
    // More than a pipe holds: of the pages that splice(2) moves, one of 1 MiB took 3 MiB.
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
    // More than had arrived, where the reading made room for what the peer's own buffer held.
    #expect(arrived < sent.count && got.count >= arrived)
    #expect(got == Array(sent.prefix(got.count)))
  }
}
