import Glibc
import SockTestSupport
import Testing

/// Contract, "Time": upper bounds are generous, for the machine may be busy; lower bounds are exact.
@Suite(.endToEnd) struct TimeTests {
  /// A network of this test's own, with a neighbour that drops all that it is sent: it is known by a hardware address
  /// that is not its own.
  static let blackHole = """
    ip link add ours type veth peer name theirs
    ip addr add 10.9.0.1/24 dev ours
    ip link set ours up
    ip link set theirs up
    ip neigh add 10.9.0.2 lladdr 02:00:00:00:00:02 dev ours
    ip neigh add 10.9.0.3 lladdr 02:00:00:00:00:02 dev ours

    """

  @Test(
    .enabled(if: Sock.canMakeNamespaces, "needs the right to make network namespaces"),
    arguments: ["0.5", "500ms", "1"])
  func `-w bounds an attempt to connect`(_ time: String) throws {
    let outcome = try Sock.inNamespace(Self.blackHole + "exec $SOCK connect -w \(time) 10.9.0.2 80")
    #expect(outcome.status == 75)
    #expect(outcome.seconds >= 0.5 && outcome.seconds < 8)
    #expect(outcome.errors.contains("10.9.0.2"))
    #expect(outcome.errors.contains("no answer within"))
  }

  @Test(.enabled(if: Sock.canMakeNamespaces, "needs the right to make network namespaces"))
  func `without -w an attempt has ten seconds`() throws {
    let outcome = try Sock.inNamespace(Self.blackHole + "exec $SOCK send 10.9.0.2 80 hello")
    #expect(outcome.status == 75)
    #expect(outcome.seconds >= 10 && outcome.seconds < 20)
  }

  @Test(.enabled(if: Sock.canMakeNamespaces, "needs the right to make network namespaces"))
  func `-w 0 sets no limit, and --deadline still does`() throws {
    let outcome = try Sock.inNamespace(Self.blackHole + "exec $SOCK connect -w 0 --deadline 1.2 10.9.0.2 80")
    #expect(outcome.status == 75)
    #expect(outcome.seconds >= 1.2 && outcome.seconds < 9)
  }

  @Test(.enabled(if: Sock.canMakeNamespaces, "needs the right to make network namespaces"))
  func `-w is for each attempt, and an address that answers is found behind one that does not`() throws {
    let outcome = try Sock.inNamespace(
      Self.blackHole + """
        printf '10.9.0.2 both\\n10.9.0.1 both\\n' > $TMP
        mount --bind $TMP /etc/hosts; rm -f $TMP
        $SOCK listen 10.9.0.1 7000 < /dev/null > /dev/null &
        for n in $(seq 100); do ss -Hltn sport = :7000 | grep -q . && break; sleep 0.05; done
        exec $SOCK connect -w 5 both 7000
        """)
    #expect(outcome.status == 0)
    #expect(outcome.seconds < 5)
  }

  @Test(arguments: ["connect", "send"])
  func `-i ends a connection without traffic with 75`(_ verb: String) throws {
    let (peer, port) = try PythonPeer.server("hear()")
    let sock = try Sock.start([verb, "-i", "0.5", "127.0.0.1", "\(port)"], input: .pipe)
    let outcome = try Sock.outcome(of: sock)
    #expect(outcome.status == 75)
    #expect(outcome.errors.hasPrefix("sock: "))
    #expect(peer.process.isRunning)
  }

  @Test func `-i does not end a connection with traffic`() throws {
    let (_, port) = try PythonPeer.server("for n in range(8):\n  c.sendall(b'x')\n  time.sleep(0.4)\nc.close()")
    let outcome = try Sock.run(["connect", "-i", "2", "127.0.0.1", "\(port)"])
    #expect(outcome.status == 0)
    #expect(outcome.text == "xxxxxxxx")
    #expect(outcome.seconds > 2)
  }

  @Test func `traffic of one direction is traffic`() throws {
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

  @Test func `-i of listen is counted per connection`() throws {
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

  @Test func `-i of listen without -k ends it with 75, but only once there is a connection`() throws {
    let listener = try SockListener(["-i", "0.4"], input: .pipe)
    #expect(listener.process.keepsRunning(for: .seconds(1)))
    _ = try PythonPeer.client(port: listener.port, "hear()")
    #expect(try listener.outcome().status == 75)
  }

  @Test(arguments: [[], ["-u"]]) func `-q ends who only receives, for whom there is no input to end`(
    _ transport: [String]
  ) throws {
    let (_, port) = try transport.isEmpty ? PythonPeer.server("hear()") : PythonPeer.datagrams("hear()")
    let outcome = try Sock.run(["connect", "--recv-only", "-q", "0.3", "127.0.0.1", "\(port)"] + transport)
    #expect(outcome.status == 0)
    #expect(outcome.seconds >= 0.3)
  }

  @Test func `-i ends udp-recv after silence`() throws {
    let listener = try SockListener(["-i", "0.5"], verb: "udp-recv")
    #expect(try listener.outcome().status == 75)
  }

  @Test func `a server of datagrams that was stopped forgets nobody whose datagrams wait`() throws {
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

  /// A hundred peers are more than one epoll_wait tells of.
  @Test(arguments: [
    ["recv"], ["listen"], ["listen", "-k"], ["udp-recv"], ["listen", "-u"], ["listen", "-u", "-k"],
  ])
  func `what came while sock itself was stopped is no silence`(_ words: [String]) throws {
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

  @Test(arguments: [
    ["udp-recv"], ["recv", "-u"], ["listen", "-u", "--recv-only"], ["recv", "-u", "--limit-rate", "recv=5000"],
  ])
  func `-i of datagrams does not run while they find no room`(_ words: [String]) throws {
    let pipe = try Pipe()
    let listener = try SockListener(
      words.dropFirst() + ["-i", "0.5"], verb: words[0], output: .descriptor(pipe.writer))
    pipe.writer.close()
    // A pipe of 4 KiB, from which nothing is taken for three times as long; or as much is held back by the rate.
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

  @Test(arguments: ["0.4", "400ms", "0.4s", "0.007m", "0.00012h"])
  func `--deadline bounds the run, in every unit`(_ time: String) throws {
    let (_, port) = try PythonPeer.server("hear()")
    let sock = try Sock.start(["connect", "--deadline", time, "127.0.0.1", "\(port)"], input: .pipe)
    let outcome = try Sock.outcome(of: sock)
    #expect(outcome.status == 75)
    #expect(outcome.seconds >= 0.4 && outcome.seconds < 8)
    #expect(outcome.errors.contains("deadline"))
  }

  @Test(arguments: [["listen"], ["listen", "-u"], ["listen", "-k"], ["recv"], ["udp-recv"]])
  func `--deadline bounds a wait for peers`(_ words: [String]) throws {
    let listener = try SockListener(words.dropFirst() + ["--deadline", "0.5"], verb: words[0], input: .pipe)
    #expect(try listener.outcome().status == 75)
  }

  @Test func `--deadline bounds a transfer that is under way`() throws {
    let (_, port) = try PythonPeer.server("while c.recv(1 << 20): pass")
    let outcome = try Sock.run(["connect", "--deadline", "1", "127.0.0.1", "\(port)"], input: .file("/dev/zero"))
    #expect(outcome.status == 75)
    #expect(outcome.seconds >= 1 && outcome.seconds < 10)
  }

  @Test func `--deadline bounds a stdout that nobody reads`() throws {
    let (_, port) = try PythonPeer.server("while True: c.sendall(bytes(65536))")
    let output = try Pipe()
    let sock = try Sock.start(
      ["connect", "--deadline", "1", "127.0.0.1", "\(port)"], output: .descriptor(output.writer))
    #expect(try sock.wait().status == 75)
    output.reader.close()
  }
}
