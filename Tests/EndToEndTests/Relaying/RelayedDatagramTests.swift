import Glibc
import SockTestSupport
import Testing

/// `relay`: datagrams on both sides.
@Suite(.endToEnd) struct RelayedDatagramTests {
  /// A server that answers each datagram with its length and itself, and says from how many sockets it was asked.
  private static let server = """
    seen = set()
    while True:
      data, who = s.recvfrom(70000)
      if data == b'count': say(len(seen))
      seen.add(who)
      s.sendto(b'%d:' % len(data) + data[:100], who)
    """

  private static func relay(_ options: [String] = [], to port: Int) throws -> SockListener {
    try SockListener.relay(options, left: "udp://127.0.0.1:0", "udp://127.0.0.1:\(port)")
  }

  @Test("Each peer has a socket of its own on the right, and gets its own answers, boundaries kept")
  func sessions() throws {
    let (server, port) = try PythonPeer.datagrams(Self.server)
    let relay = try Self.relay(to: port)
    let peers = try PythonPeer(
      """
      all = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for n in range(20)]
      for s in all:
        s.settimeout(20)
        s.connect(('127.0.0.1', \(relay.port)))
      for n, s in enumerate(all):
        for data in [b'peer %d' % n, b'', b'x' * 1400, b'y' * 65507]:
          s.send(data)
          assert s.recv(70000) == b'%d:' % len(data) + data[:100], n
      all[0].send(b'count')
      """)
    try peers.finish()
    #expect(try server.reply() == "20")
  }

  @Test("Datagrams that come in runs arrive one by one, in order")
  func runs() throws {
    let (server, port) = try PythonPeer.datagrams(
      """
      s.settimeout(20)
      got = [s.recv(2000) for n in range(400)]
      say(got == [b'%04d' % n + b'.' * 996 for n in range(400)])
      """)
    let relay = try Self.relay(to: port)
    try PythonPeer(
      """
      s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
      s.connect(('127.0.0.1', \(relay.port)))
      s.setsockopt(socket.IPPROTO_UDP, 103, 1000)  # UDP_SEGMENT: the kernel cuts each send into datagrams
      for n in range(0, 400, 50): s.send(b''.join(b'%04d' % k + b'.' * 996 for k in range(n, n + 50)))
      """
    ).finish()
    #expect(try server.reply() == "True")
  }

  @Test("Datagrams of all sizes that wait for the relay arrive in order, each whole")
  func waiting() throws {
    let (server, port) = try PythonPeer.datagrams(
      """
      s.settimeout(20)
      got = [s.recv(70000) for n in range(500)]
      rng = __import__('random').Random(5)
      want = [bytes([n % 256]) * rng.choice([0, 1, 100, 100, 100, 1400, 1400, 9000]) for n in range(500)]
      say(got == want)
      """)
    let relay = try Self.relay(to: port)
    relay.process.send(SIGSTOP)
    try PythonPeer(
      """
      s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
      s.connect(('127.0.0.1', \(relay.port)))
      rng = __import__('random').Random(5)
      for n in range(500): s.send(bytes([n % 256]) * rng.choice([0, 1, 100, 100, 100, 1400, 1400, 9000]))
      """
    ).finish()
    relay.process.send(SIGCONT)
    #expect(try server.reply() == "True")
  }

  @Test("A silent peer is forgotten, and its socket closed; --once serves the first peer and ends")
  func expiry() throws {
    let (_, port) = try PythonPeer.datagrams(Self.server)
    let relay = try Self.relay(["--json", "--peer-timeout", "300ms", "--once"], to: port)
    let answer = try Sock.run(["udp-send", "--reply", "--wait", "10", "127.0.0.1", "\(relay.port)", "hello"])
    #expect(answer.text == "5:hello")
    let ended = try relay.outcome()
    #expect(ended.status == 0)
    for side in ["left", "right"] {
      #expect(ended.errorLines.contains { $0.contains(#""closed","connection":1,"side":"\#(side)""#) }, "\(ended)")
    }
  }

  @Test("A refusal on the right is one error, and the next datagram is tried again")
  func refused() throws {
    let port = try Ports.free()
    let relay = try Self.relay(to: port)
    for count in 1...2 {
      _ = try Sock.run(["udp-send", "127.0.0.1", "\(relay.port)", "hello"])
      try eventually("\(count) refusals") {
        relay.errors.text.split(separator: "\n").filter { $0.contains("ECONNREFUSED") }.count == count
      }
    }
    #expect(relay.process.isRunning)
  }

  @Test("UDP is passed on to Unix datagrams, and the answer comes back")
  func unix() throws {
    let directory = try TemporaryDirectory()
    let path = directory("s")
    let server = try PythonPeer(
      """
      s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
      s.bind('\(path)')
      say('bound')
      data, who = s.recvfrom(100)
      s.sendto(data.upper(), who)
      """)
    #expect(try server.reply() == "bound")
    let relay = try SockListener.relay([], left: "udp://127.0.0.1:0", "unix-dgram:\(path)")
    let answer = try Sock.run(["udp-send", "--reply", "--wait", "10", "127.0.0.1", "\(relay.port)", "hello"])
    #expect(answer.text == "HELLO", "\(answer)")
  }

  @Test("Datagrams and streams are not joined")
  func mixed() throws {
    for words in [["udp://0", "localhost:80"], ["0", "udp://localhost:80"], ["udp://0", "exec:cat"]] {
      let outcome = try Sock.run(["relay"] + words)
      #expect(outcome.status == 64 && outcome.errors.contains("has datagrams"), "\(words): \(outcome)")
    }
    #expect(try Sock.run(["relay", "--peer-timeout", "1", "0", "echo:"]).status == 64)
  }
}
