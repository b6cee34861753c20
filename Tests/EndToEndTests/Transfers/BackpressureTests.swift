import Glibc
import SockTestSupport
import Testing

/// Slow and stuck peers: memory stays bounded, and a stalled direction never stalls the other.
@Suite(.heavy) struct BackpressureTests {
  static let memoryLimit = 32 << 20
  static let slowBytes = (fullTests ? 32 : 5) << 20

  @Test("A peer that reads 1 MB/s gets everything, and memory stays bounded", arguments: ["connect", "listen"])
  func slowPeerGetsEverything(_ verb: String) throws {
    let directory = try TemporaryDirectory()
    let sent = RandomData.bytes(Self.slowBytes, seed: 1)
    try writeFile(directory("in"), sent)
    let script = """
      hash, count = hashlib.sha256(), 0
      while True:
        part = c.recv(16384)
        if not part: break
        hash.update(part)
        count += len(part)
        time.sleep(len(part) / 1e6)
      say(count)
      c.close()
      """
    let sock: RunningProcess
    let peer: PythonPeer
    if verb == "connect" {
      let server = try PythonPeer("l = listen(buffer=65536)\nc, who = l.accept()\n" + script)
      peer = server
      sock = try Sock.start(["connect", "127.0.0.1", "\(try server.port())"], input: .file(directory("in")))
    } else {
      let listener = try SockListener(input: .file(directory("in")))
      sock = listener.process
      peer = try PythonPeer.client(port: listener.port, script)
    }
    var peak = 0
    while sock.isRunning {
      peak = max(peak, (try? sock.peakResidentBytes()) ?? 0)
      usleep(100_000)
    }
    #expect(peak < Self.memoryLimit, "\(peak >> 20) MiB")
    #expect(try sock.wait().status == 0)
    #expect(try peer.reply(within: .seconds(90)) == "\(sent.count)")
  }

  @Test(
    "A reader of stdout that takes 1 MB/s gets everything, and memory stays bounded",
    arguments: [["--crlf"], [], ["-x"], ["--log", "/dev/null"]])
  func slowStdoutReaderGetsEverything(
    _ options: [String]
  ) throws {
    let sent = RandomData.bytes(Self.slowBytes, seed: 2)
    let (peer, port) = try PythonPeer.server(
      """
      c.settimeout(120)
      count = int(hear())
      data = sys.stdin.buffer.read(count)
      c.sendall(data)
      c.close()
      """)
    let output = try Pipe()
    let sock = try Sock.start(
      ["connect"] + options + ["127.0.0.1", "\(port)"], output: .descriptor(output.writer),
      errors: options == ["-x"] ? .null : .collected)
    output.writer.close()
    try peer.tell("\(sent.count)")
    startThread { try? peer.process.input?.write(sent, within: .seconds(120)) }
    var got: [UInt8] = []
    var peak = 0
    while let part = try output.reader.read(upTo: 32768) {
      got += part
      peak = max(peak, (try? sock.peakResidentBytes()) ?? 0)
      usleep(UInt32(part.count))
    }
    #expect(got == sent)
    #expect(peak < Self.memoryLimit, "\(peak >> 20) MiB")
    #expect(try sock.wait().status == 0)
  }

  @Test("A peer that never reads does not stop what it sends", arguments: [false, true])
  func stuckPeerDoesNotStopReceiving(_ sockListens: Bool) throws {
    let script = """
      block = bytes(range(256)) * 256
      for n in range(800): c.sendall(block)
      say('sent')
      hear()
      """
    // Endless input: soon both the peer's buffers and ours are full.
    let directory = try TemporaryDirectory()
    let endless = RunningProcess.Input.file("/dev/zero")
    let sock: RunningProcess
    let peer: PythonPeer
    if sockListens {
      let listener = try SockListener(input: endless, output: .file(directory("out")))
      sock = listener.process
      peer = try PythonPeer.client(port: listener.port, script)
    } else {
      let (server, port) = try PythonPeer.server(script)
      peer = server
      sock = try Sock.start(["connect", "127.0.0.1", "\(port)"], input: endless, output: .file(directory("out")))
    }
    #expect(try peer.reply() == "sent")
    let wanted = 800 * 65536
    try eventually("\(wanted) bytes in the file") { fileStatus(directory("out")).map { $0.st_size } == off_t(wanted) }
    #expect(try sock.peakResidentBytes() < Self.memoryLimit)
    #expect(sock.isRunning)
  }

  @Test("A stdout that is never read does not stop sending", arguments: [false, true])
  func stuckStdoutDoesNotStopSending(_ sockListens: Bool) throws {
    let script = """
      def flood():
        try:
          while True: c.sendall(bytes(65536))
        except OSError: pass
      threading.Thread(target=flood, daemon=True).start()
      data = receive_all(c)
      say(len(data), digest(data))
      hear()
      os._exit(0)
      """
    let directory = try TemporaryDirectory()
    try RandomData.file(directory("in"), 50_000_000, seed: 3)
    let output = try Pipe()
    let input = RunningProcess.Input.file(directory("in"))
    let sock: RunningProcess
    let peer: PythonPeer
    if sockListens {
      let listener = try SockListener(input: input, output: .descriptor(output.writer))
      sock = listener.process
      peer = try PythonPeer.client(port: listener.port, script)
    } else {
      let (server, port) = try PythonPeer.server(script)
      peer = server
      sock = try Sock.start(["connect", "127.0.0.1", "\(port)"], input: input, output: .descriptor(output.writer))
    }
    let report = try peer.reply().split(separator: " ")
    #expect(report[0] == "50000000")
    let hash = try RunningProcess("sha256sum", [directory("in")])
    try hash.wait()
    #expect(hash.output?.text.hasPrefix(String(report[1])) == true)
    #expect(try sock.peakResidentBytes() < Self.memoryLimit)
  }

  /// The echo blocks while writing, so it reads nothing until its output is taken.
  @Test("50 MB through an echo that does not read until it has written never hang", arguments: 1...(fullTests ? 20 : 5))
  func echoThatWritesFirstNeverHangs(_ run: Int) throws {
    let directory = try TemporaryDirectory()
    try RandomData.file(directory("in"), 50_000_000, seed: UInt64(run))
    let script = """
      while True:
        part = c.recv(1 << \(10 + run % 11))
        if not part: break
        c.sendall(part)
      c.close()
      """
    let sock: RunningProcess
    let peer: PythonPeer
    if run % 2 == 0 {
      let listener = try SockListener(input: .file(directory("in")), output: .file(directory("out")))
      sock = listener.process
      peer = try PythonPeer.client(port: listener.port, script)
    } else {
      let (server, port) = try PythonPeer.server(script)
      peer = server
      sock = try Sock.start(
        ["connect", "127.0.0.1", "\(port)"], input: .file(directory("in")), output: .file(directory("out")))
    }
    #expect(try sock.wait(within: .seconds(120)).status == 0)
    try peer.finish()
    #expect(try difference(directory("in"), directory("out")) == nil)
  }

  @Test("The echo through pipes never hangs either", arguments: 1...(fullTests ? 20 : 3))
  func echoThroughPipesNeverHangs(_ run: Int) throws {
    let (peer, port) = try PythonPeer.server(
      """
      while True:
        part = c.recv(65536)
        if not part: break
        c.sendall(part)
      c.close()
      """)
    let sent = RandomData.bytes(20_000_000, seed: UInt64(run))
    let outcome = try Sock.run(["connect", "127.0.0.1", "\(port)"], input: .bytes(sent), within: .seconds(120))
    #expect(outcome.status == 0)
    #expect(outcome.output == sent)
    try peer.finish()
  }

  @Test("A stalled client of listen -k does not stop the others from being heard")
  func stalledClientDoesNotBlockOthers() throws {
    let listener = try SockListener(["-k"], input: .file("/dev/zero"), output: .collected)
    // This one never reads, so what is sent to it stays queued.
    let stuck = try PythonPeer.client(port: listener.port, "say('here')\nhear()")
    #expect(try stuck.reply() == "here")
    let other = try PythonPeer.client(port: listener.port, "c.sendall(b'hello from the other')\nsay('sent')\nhear()")
    #expect(try other.reply() == "sent")
    try listener.output.waitForBytes(20)
    #expect(listener.output.text == "hello from the other")
    #expect(try listener.process.peakResidentBytes() < Self.memoryLimit)
  }
}
