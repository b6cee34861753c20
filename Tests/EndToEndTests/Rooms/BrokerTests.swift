import Glibc
import SockTestSupport
import Testing

/// `listen --broker`.
@Suite(.endToEnd) struct BrokerTests {
  @Test("What a peer sends goes to all others and to standard output; standard input goes to all peers")
  func passesOn() throws {
    let listener = try SockListener(["--broker", "-v"], input: .pipe)
    let peers = try PythonPeer(
      """
      a, b, c = [socket.create_connection(('127.0.0.1', \(listener.port))) for n in range(3)]
      time.sleep(0.3)
      a.sendall(b'from a')
      say(receive_exactly(b, 6).decode(), receive_exactly(c, 6).decode())
      say(a.recv(100).decode())
      b.shutdown(socket.SHUT_WR)
      c.sendall(b'from c')
      say(receive_exactly(b, 12)[6:].decode())
      """)
    #expect(try peers.reply() == "from a from a")
    try listener.process.input?.write("server")
    #expect(try peers.reply() == "server")
    #expect(try peers.reply() == "from c")
    listener.process.send(SIGTERM)
    let outcome = try listener.outcome()
    #expect(outcome.text == "from afrom c" && outcome.status == 143)
  }

  @Test(
    "Peers that have stopped reading cost the others nothing, and memory stays bounded",
    arguments: ["drop", "disconnect"])
  func stalled(_ policy: String) throws {
    let listener = try SockListener(
      ["--broker", "--slow-peer", policy, "--queue", "256k", "-o", "SO_SNDBUF=64k"], output: .null)
    let peers = try PythonPeer(
      """
      def connect(buffer=None):
        c = socket.socket()
        if buffer: c.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        c.connect(('127.0.0.1', \(listener.port)))
        return c
      stopped = [connect(4096) for n in range(5)]
      readers = [connect() for n in range(20)]
      sender = connect()
      sender.sendall(b'x')
      for c in readers: receive_exactly(c, 1)
      data = os.urandom(8 << 20)
      threading.Thread(target=lambda: sender.sendall(data), daemon=True).start()
      got = [hashlib.sha256() for c in readers]
      left = {c: (len(data), h) for c, h in zip(readers, got)}
      longest = 0
      while left:
        start = time.monotonic()
        ready = select.select(list(left), [], [], 20)[0]
        if not ready: raise SystemExit('stuck')
        longest = max(longest, time.monotonic() - start)
        for c in ready:
          part = c.recv(1 << 18)
          if not part: raise SystemExit('a reader was closed')
          rest, h = left[c]
          h.update(part)
          left[c] = (rest - len(part), h)
          if rest == len(part): del left[c]
      say(all(h.hexdigest() == digest(data) for h in got), longest < 3)
      """)
    #expect(try peers.reply(within: .seconds(60)) == "True True")
    let word = policy == "drop" ? "dropped" : "disconnected"
    try eventually("all five are found out") {
      listener.errors.text.split(separator: "\n").count { $0.contains(word) } == 5
    }
  }

  @Test("With --slow-peer wait everybody waits, and nothing is lost")
  func waits() throws {
    let listener = try SockListener(["--broker", "--slow-peer", "wait", "--queue", "64k"], output: .null)
    let peers = try PythonPeer(
      """
      slow, fast, sender = [socket.create_connection(('127.0.0.1', \(listener.port))) for n in range(3)]
      sender.sendall(b'x')
      receive_exactly(slow, 1), receive_exactly(fast, 1)
      data = os.urandom(24 << 20)
      threading.Thread(target=lambda: sender.sendall(data), daemon=True).start()
      both = []
      fast.settimeout(1)
      got = b''
      try:
        while len(got) < len(data): got += fast.recv(1 << 20)
      except TimeoutError: pass
      say(len(got) < len(data))
      fast.settimeout(30)
      reader = threading.Thread(target=lambda: both.append(receive_exactly(slow, len(data))))
      reader.start()
      while len(got) < len(data): got += fast.recv(1 << 20)
      reader.join()
      say(got == data, both[0] == data)
      """)
    #expect(try peers.reply() == "True")
    #expect(try peers.reply(within: .seconds(60)) == "True True")
  }

  @Test("A broker over Unix seqpacket sockets keeps messages whole; --max-served ends it, and all has been shown")
  func messages() throws {
    let directory = try TemporaryDirectory()
    let process = try Sock.start([
      "listen", "-v", "--unix", directory("socket"), "--type", "seqpacket", "--broker", "--max-served", "2",
      "--peer-timeout", "0.2",
    ])
    _ = try process.errors?.waitForLine(containing: "listening")
    let peers = try PythonPeer(
      """
      def connect():
        c = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        c.connect('\(directory("socket"))')
        return c
      a, b = connect(), connect()
      time.sleep(0.2)
      a.send(b'one'); a.send(b'two')
      say(b.recv(100), b.recv(100))
      """)
    #expect(try peers.reply() == "b'one' b'two'")
    try peers.finish()
    let outcome = try Sock.outcome(of: process)
    #expect(outcome.status == 0 && outcome.text == "onetwo", "\(outcome)")
  }

  @Test(
    "What makes no sense is refused",
    arguments: [
      (["--broker", "--udp"], "datagrams have none"), (["--chat", "--echo"], "answer each other"),
      (["--broker", "--chat"], "exclude each other"), (["--queue", "5"], "add --broker or --chat"),
      (["--slow-peer", "wait"], "add --broker or --chat"),
      (["--broker", "--slow-peer", "kick"], "drop, disconnect, wait"),
      (["--chat", "--queue", "0"], "from the range"), (["--chat", "--exec", "cat"], "no use"),
    ])
  func refused(_ options: [String], _ reason: String) throws {
    let outcome = try Sock.run(["listen", "127.0.0.1", "0"] + options)
    #expect(outcome.status == 64 && outcome.errors.contains(reason), "\(outcome)")
  }
}
