import Glibc
import SockTestSupport
import Testing

/// Time: `-i`. Upper bounds are generous, since the machine may be busy; lower bounds are exact.
@Suite(.endToEnd) struct IdleTimeoutTests {
  @Test("-i ends an idle connection with 75", arguments: ["connect", "send"])
  func idleConnectionIs75(_ verb: String) throws {
    let (peer, port) = try PythonPeer.server("hear()")
    let sock = try Sock.start([verb, "-i", "0.5", "127.0.0.1", "\(port)"], input: .pipe)
    let outcome = try Sock.outcome(of: sock)
    #expect(outcome.status == 75)
    #expect(outcome.errors.hasPrefix("sock: "))
    #expect(peer.process.isRunning)
  }

  @Test("-i does not end a connection with traffic")
  func trafficPreventsTheTimeout() throws {
    let (_, port) = try PythonPeer.server("for n in range(8):\n  c.sendall(b'x')\n  time.sleep(0.4)\nc.close()")
    let outcome = try Sock.run(["connect", "-i", "2", "127.0.0.1", "\(port)"])
    #expect(outcome.status == 0)
    #expect(outcome.text == "xxxxxxxx")
    #expect(outcome.seconds > 2)
  }

  @Test("Traffic in one direction counts")
  func oneDirectionIsTraffic() throws {
    let (peer, port) = try PythonPeer.server("say(len(receive_all(c)))")
    let sock = try Sock.start(["connect", "-i", "2", "127.0.0.1", "\(port)"], input: .pipe)
    for _ in 0..<6 {
      try sock.input?.write("x")
      #expect(sock.keepsRunning(for: .milliseconds(500)))
    }
    sock.input?.close()
    #expect(try sock.wait().status == 0)
    #expect(try peer.reply() == "6")
  }

  @Test("listen -i counts per connection")
  func idleTimeIsPerConnection() throws {
    let listener = try SockListener(["-k", "-i", "1.5"])
    let idle = try PythonPeer.client(port: listener.port, "say('in')\nsay(len(c.recv(10)))")
    #expect(try idle.reply() == "in")
    let busy = try PythonPeer.client(
      port: listener.port, "for n in range(8):\n  c.sendall(b'x')\n  time.sleep(0.4)\nsay('alive')\nhear()")
    #expect(try idle.reply() == "0")
    #expect(try busy.reply() == "alive")
    #expect(listener.output.text == "xxxxxxxx")
    #expect(listener.process.isRunning)
  }

  @Test("listen -i without -k ends with 75, but only after a connection")
  func idleTimeStartsWithAConnection() throws {
    let listener = try SockListener(["-i", "0.4"], input: .pipe)
    #expect(listener.process.keepsRunning(for: .seconds(1)))
    _ = try PythonPeer.client(port: listener.port, "hear()")
    #expect(try listener.outcome().status == 75)
  }

  @Test("-i ends udp-recv after silence")
  func silentReceiverEnds() throws {
    let listener = try SockListener(["-i", "0.5"], verb: "udp-recv")
    #expect(try listener.outcome().status == 75)
  }

  @Test("A datagram server that was stopped keeps the peers whose datagrams wait")
  func stoppedServerKeepsPeersWithWaitingData() throws {
    let listener = try SockListener(
      ["-u", "-k", "-v", "--peer-timeout", "1", "--recv-only", "-o", "SO_RCVBUF=4M"], input: .pipe)
    let peer = try PythonPeer(
      """
      peers = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for n in range(300)]
      for p in peers: p.connect(('127.0.0.1', \(listener.port)))
      for message in (b'a', b'b'):
        for p in peers: p.send(message)
        say('sent')
        hear()
      """)
    try listener.output.waitForBytes(300)
    listener.process.send(SIGSTOP)
    try peer.tell()
    #expect(try [peer.reply(), peer.reply()] == ["sent", "sent"])
    #expect(listener.process.keepsRunning(for: .seconds(1.3)))
    listener.process.send(SIGCONT)
    try listener.output.waitForBytes(600)
    let lines = listener.process.errors?.text.split(separator: "\n") ?? []
    #expect(lines.count { $0.contains("accepted") } == 300)
  }

  /// A hundred peers are more than one epoll_wait(2) reports.
  @Test(
    "Data that arrived while sock was stopped counts as traffic",
    arguments: [
      ["recv"], ["listen"], ["listen", "-k"], ["udp-recv"], ["listen", "-u"], ["listen", "-u", "-k"],
    ])
  func timeStoppedIsNotSilence(_ words: [String]) throws {
    let listener = try SockListener(words.dropFirst() + ["-i", "2"], verb: words[0], input: .pipe)
    let type = words.contains("-u") || words == ["udp-recv"] ? "SOCK_DGRAM" : "SOCK_STREAM"
    let count = words.contains("-k") ? 100 : 1
    let peer = try PythonPeer(
      """
      peers = [socket.socket(socket.AF_INET, socket.\(type)) for n in range(\(count))]
      for p in peers: p.connect(('127.0.0.1', \(listener.port)))
      for message in (b'a', b'b', b'c'):
        for p in peers: p.send(message)
        say('sent')
        hear()
      """)
    try listener.output.waitForBytes(count)
    listener.process.send(SIGSTOP)
    try peer.tell()
    #expect(try [peer.reply(), peer.reply()] == ["sent", "sent"])
    #expect(listener.process.keepsRunning(for: .seconds(2.5)))
    listener.process.send(SIGCONT)
    try listener.output.waitForBytes(2 * count)
    try peer.tell()
    try listener.output.waitForBytes(3 * count)
    #expect(listener.output.text.count { $0 == "c" } == count)
  }

  @Test(
    "-i of datagrams does not run while the output is blocked",
    arguments: [
      ["udp-recv"], ["recv", "-u"], ["listen", "-u", "--recv-only"], ["recv", "-u", "--limit-rate", "recv=5000"],
    ])
  func idleTimePausesWhileOutputIsBlocked(_ words: [String]) throws {
    let pipe = try Pipe()
    let listener = try SockListener(
      words.dropFirst() + ["-i", "0.5"], verb: words[0], output: .descriptor(pipe.writer))
    pipe.writer.close()
    // A pipe of 4 KiB that is not read for three times as long; or the rate limit holds back as much.
    let reader = try RunningProcess(
      PythonPeer.interpreter,
      [
        "-c",
        """
        import fcntl, sys, time
        fcntl.fcntl(0, 1031, 4096)
        print('ready', flush=True)
        time.sleep(\(words.contains("--limit-rate") ? 0 : 1.5))
        print(len(sys.stdin.buffer.read()), flush=True)
        """,
      ], input: .descriptor(pipe.reader))
    pipe.reader.close()
    try reader.output?.waitForLine(containing: "ready")
    _ = try PythonPeer(
      """
      s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
      s.connect(('127.0.0.1', \(listener.port)))
      for n in range(5): s.send(b'x' * 5000)
      """)
    #expect(try listener.outcome().status == 75)
    try reader.wait()
    #expect(reader.output?.text == "ready\n25000\n")
  }
}
