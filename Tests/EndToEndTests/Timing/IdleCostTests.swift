import SockTestSupport
import Testing

/// A program that waits uses no CPU time: the kernel wakes it when there is something to do.
@Suite(.endToEnd) struct IdleCostTests {
  @Test("Both stdins ended and a silent peer: no CPU time")
  func bothInputsEnded() throws {
    let listener = try SockListener(["--on-eof", "keep"])
    let client = try Sock.start(["connect", "--on-eof", "keep", "-v", "127.0.0.1", "\(listener.port)"])
    try client.errors?.waitForLine(containing: "connected")
    try expectIdle([listener.process, client])
  }

  @Test("Half-closed by us, with a silent peer: no CPU time")
  func halfClosedByUs() throws {
    let (peer, port) = try PythonPeer.server("receive_all(c)\nsay('ended')\nhear()")
    let client = try Sock.start(["connect", "127.0.0.1", "\(port)"])
    #expect(try peer.reply() == "ended")
    try expectIdle([client])
  }

  @Test("Half-closed by the peer, with an idle pipe on stdin: no CPU time")
  func halfClosedByPeer() throws {
    let (peer, port) = try PythonPeer.server("c.shutdown(socket.SHUT_WR)\nsay('ended')\nhear()")
    let client = try Sock.start(["connect", "127.0.0.1", "\(port)"], input: .pipe)
    #expect(try peer.reply() == "ended")
    try expectIdle([client])
  }

  @Test("Connected with stdin open: no CPU time")
  func connectedWithStdinOpen() throws {
    let listener = try SockListener(input: .pipe)
    let client = try Sock.start(["connect", "-v", "127.0.0.1", "\(listener.port)"], input: .pipe)
    try client.errors?.waitForLine(containing: "connected")
    try expectIdle([listener.process, client])
  }

  @Test(
    "Waiting for peers: no CPU time",
    arguments: [["listen", "-k"], ["listen"], ["udp-recv"], ["listen", "-u", "-k"], ["listen", "-i", "100"]])
  func waitingForPeers(_ words: [String]) throws {
    let open = try SockListener(Array(words.dropFirst()), verb: words[0], input: .pipe)
    let ended = try SockListener(Array(words.dropFirst()), verb: words[0])
    try expectIdle([open.process, ended.process])
  }

  @Test("listen -k with silent clients and clients that left: no CPU time")
  func silentAndGoneClients() throws {
    let listener = try SockListener(["-k"])
    let peer = try PythonPeer(
      """
      all = [socket.create_connection(('127.0.0.1', \(listener.port))) for n in range(20)]
      for c in all[:5]: c.close()
      for c in all[5:10]: c.shutdown(socket.SHUT_WR)
      for c in all[10:12]: reset(c)
      for c in all[12:]: c.sendall(b'x')
      say('done')
      hear()
      """)
    #expect(try peer.reply() == "done")
    try listener.output.waitForBytes(8)
    try expectIdle([listener.process])
  }

  @Test("A full socket and a full stdout: no CPU time")
  func fullSocketAndFullStdout() throws {
    let (_, port) = try PythonPeer.server(
      "c.settimeout(1)\ntry:\n  while True: c.sendall(bytes(65536))\nexcept TimeoutError: say('full')\nhear()")
    let output = try Pipe()
    let sock = try Sock.start(
      ["connect", "127.0.0.1", "\(port)"], input: .file("/dev/zero"), output: .descriptor(output.writer))
    try sock.waitUntilIdle()
    try expectIdle([sock])
  }

  /// Two seconds with next to no CPU time and no wake-ups.
  private func expectIdle(_ processes: [RunningProcess]) throws {
    for process in processes { try process.waitUntilIdle() }
    let before = try processes.map { (try $0.processorTime(), try $0.voluntarySwitches()) }
    #expect(processes[0].keepsRunning(for: .seconds(2)))
    for (process, before) in zip(processes, before) {
      #expect(process.isRunning)
      #expect(try process.processorTime() - before.0 <= .milliseconds(10), "\(process.commandLine)")
      #expect(try process.voluntarySwitches() - before.1 <= 4, "\(process.commandLine)")
    }
  }
}
