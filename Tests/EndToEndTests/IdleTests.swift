import SockTestSupport
import Testing

/// A program that waits costs nothing: the kernel wakes it when there is something to do.
@Suite(.endToEnd) struct IdleTests {
  @Test func `both stdins ended and the peer silent: no processor time`() throws {
    let listener = try SockListener(["--on-eof", "keep"])
    let client = try Sock.start(["connect", "--on-eof", "keep", "-v", "127.0.0.1", "\(listener.port)"])
    try client.errors?.waitForLine(containing: "connected")
    try expectIdle([listener.process, client])
  }

  @Test func `half-closed by us, and a silent peer: no processor time`() throws {
    let (peer, port) = try PythonPeer.server("receive_all(c)\nsay('ended')\nhear()")
    let client = try Sock.start(["connect", "127.0.0.1", "\(port)"])
    #expect(try peer.reply() == "ended")
    try expectIdle([client])
  }

  @Test func `half-closed by the peer, and an idle pipe on stdin: no processor time`() throws {
    let (peer, port) = try PythonPeer.server("c.shutdown(socket.SHUT_WR)\nsay('ended')\nhear()")
    let client = try Sock.start(["connect", "127.0.0.1", "\(port)"], input: .pipe)
    #expect(try peer.reply() == "ended")
    try expectIdle([client])
  }

  @Test func `connected with stdin open: no processor time`() throws {
    let listener = try SockListener(input: .pipe)
    let client = try Sock.start(["connect", "-v", "127.0.0.1", "\(listener.port)"], input: .pipe)
    try client.errors?.waitForLine(containing: "connected")
    try expectIdle([listener.process, client])
  }

  @Test(arguments: [["listen", "-k"], ["listen"], ["udp-recv"], ["listen", "-u", "-k"], ["listen", "-i", "100"]])
  func `waiting for peers: no processor time`(_ words: [String]) throws {
    let open = try SockListener(Array(words.dropFirst()), verb: words[0], input: .pipe)
    let ended = try SockListener(Array(words.dropFirst()), verb: words[0])
    try expectIdle([open.process, ended.process])
  }

  @Test func `listen -k with clients that are silent or gone: no processor time`() throws {
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

  @Test func `a full socket and a full stdout: no processor time`() throws {
    let (_, port) = try PythonPeer.server(
      "c.settimeout(1)\ntry:\n  while True: c.sendall(bytes(65536))\nexcept TimeoutError: say('full')\nhear()")
    let output = try Pipe()
    let sock = try Sock.start(
      ["connect", "127.0.0.1", "\(port)"], input: .file("/dev/zero"), output: .descriptor(output.writer))
    try sock.waitUntilIdle()
    try expectIdle([sock])
  }

  /// Two seconds without a tick of the processor's clock to speak of, nor wake-ups.
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
