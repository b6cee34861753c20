import SockTestSupport
import Testing

/// `relay`: datagrams that are lost, doubled, overtaken, changed or late on purpose.
@Suite(.endToEnd) struct DatagramFaultTests {
  /// Sends 500 numbered datagrams through a relay, and returns what arrives, in order.
  private static func pass(_ options: [String], count: Int = 500) throws -> [String] {
    let (peer, port) = try PythonPeer.datagrams(
      """
      u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
      u.connect(('127.0.0.1', int(hear())))
      def send():
        for n in range(\(count)):
          u.send(b'%04d' % n)
          if n % 20 == 19: time.sleep(0.001)
      threading.Thread(target=send).start()
      got = []
      s.settimeout(1)
      try:
        while True: got.append(s.recv(100).decode('latin-1'))
      except TimeoutError: pass
      say(json.dumps(got))
      """)
    let relay = try SockListener.relay(options, left: "udp://127.0.0.1:0", "udp://127.0.0.1:\(port)")
    try peer.tell("\(relay.port)")
    return try peer.reply().dropFirst(2).dropLast(2).split(separator: #"", ""#).map(String.init)
  }

  private static let all = (0..<500).map { number in String(repeating: "0", count: 4 - "\(number)".count) + "\(number)"
  }

  @Test(
    "What is lost, doubled, overtaken or changed is the same with the same --seed, and other with another",
    arguments: [["--loss", "10%"], ["--duplicate", "0.1"], ["--reorder", "10%"], ["--corrupt", "1%"]])
  func repeated(fault: [String]) throws {
    let first = try Self.pass(fault + ["--seed", "7"])
    #expect(try Self.pass(fault + ["--seed", "7"]) == first)
    let other = try Self.pass(fault + ["--seed", "8"])
    #expect(other != first && first != Self.all)
    for got in [first, other] {
      switch fault[0] {
      case "--loss": #expect((420...480).contains(got.count) && got == got.sorted(), "\(got.count)")
      case "--duplicate": #expect((520...580).contains(got.count) && Set(got) == Set(Self.all), "\(got.count)")
      case "--reorder":
        let late = zip(got, got.dropFirst()).count { $0 > $1 }
        #expect((20...80).contains(late) && got.sorted() == Self.all, "\(late)")
      default: #expect(got.count == 500 && (5...60).contains(got.count { !Self.all.contains($0) }))
      }
    }
  }

  @Test("--delay and --jitter pass all on later, in order, both ways")
  func delay() throws {
    let (peer, port) = try PythonPeer.datagrams(
      """
      while True:
        data, who = s.recvfrom(100)
        s.sendto(data, who)
      """)
    let relay = try SockListener.relay(
      ["--delay", "100ms", "--jitter", "10ms"], left: "udp://127.0.0.1:0", "udp://127.0.0.1:\(port)")
    let client = try PythonPeer(
      """
      u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
      u.settimeout(20)
      u.connect(('127.0.0.1', \(relay.port)))
      start = time.monotonic()
      for n in range(50): u.send(b'%d' % n)
      say([int(u.recv(100)) for n in range(50)] == list(range(50)))
      say(0.2 <= time.monotonic() - start < 5)
      """)
    #expect(try client.reply() == "True")
    #expect(try client.reply() == "True")
    _ = peer
  }

  @Test("Everything may be lost, and a datagram that nothing overtakes still arrives")
  func extremes() throws {
    #expect(try Self.pass(["--loss", "1"], count: 20).isEmpty)
    #expect(try Self.pass(["--duplicate", "100%"], count: 20).count == 40)
    #expect(try Self.pass(["--reorder", "1"], count: 1) == ["0000"])
    #expect(try Self.pass(["--reorder", "1"], count: 4) == ["0001", "0000", "0003", "0002"])
  }

  @Test("Faults of datagrams are refused for streams, and of streams for datagrams; shares have bounds")
  func refused() throws {
    for words in [
      ["0", "echo:", "--loss", "1%"], ["udp://0", "localhost:1", "--frame", "line", "--reorder", "1%"],
      ["udp://0", "udp://localhost:1", "--loss", "101%"], ["udp://0", "udp://localhost:1", "--loss", "-1"],
      ["udp://0", "udp://localhost:1", "--loss", "some"], ["udp://0", "udp://localhost:1", "--loss", "nan"],
      ["udp://0", "udp://localhost:1", "--chunk", "5"], ["udp://0", "udp://localhost:1", "--reset-after", "5"],
    ] {
      #expect(try Sock.run(["relay"] + words).status == 64, "\(words)")
    }
  }
}
