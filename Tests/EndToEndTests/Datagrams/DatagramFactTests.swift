import Glibc
import LoopTestSupport
import SockTestSupport
import Testing

/// What `-v` and `--json` report about each datagram from a Python peer.
@Suite(.endToEnd) struct DatagramFactTests {
  private static let send = """
    import time
    host, port = sys.argv[1], int(sys.argv[2])
    s = socket.socket(family(host), socket.SOCK_DGRAM)
    if family(host) == socket.AF_INET:
      s.setsockopt(0, 1, 0x48); s.setsockopt(0, 2, 7)  # IP_TOS, IP_TTL
    else:
      s.setsockopt(41, 67, 0x48); s.setsockopt(41, 16, 7)  # IPV6_TCLASS, IPV6_UNICAST_HOPS
    s.bind((host, 0))
    s.sendto(b'hello', (host, port))
    say(s.getsockname()[1], time.time())

    """

  @Test(
    "The peer, destination, interface, hops, class and time of each datagram",
    arguments: ["127.0.0.1", "::1"],
    [["udp-recv", "--count", "1"], ["recv", "-u", "--count", "1"], ["listen", "-u"], ["listen", "-u", "-k"]])
  func factsOfEachDatagram(
    _ host: String, _ words: [String]
  ) throws {
    try PacketClock.start()
    let listener = try SockListener(Array(words.dropFirst()) + ["--json"], verb: words[0], host: host, input: .pipe)
    let python = try PythonPeer(Self.send, arguments: [host, "\(listener.port)"])
    let told = try python.reply().split(separator: " ")
    let line = try listener.errors.waitForLine(containing: #""event":"received""#)
    let local = host == "::1" ? "[::1]" : host
    #expect(line.contains(#""local":"\#(local):\#(listener.port)""#), "\(line)")
    #expect(line.contains(#""peer":"\#(local):\#(told[0])""#), "\(line)")
    #expect(line.contains(#""destination":"\#(host)","interface":"lo","ttl":7,"tos":72,"kernel-time":"#), "\(line)")
    let time = try #require(line.firstMatch(of: /"kernel-time":([0-9.]+)[,}]/)).1
    #expect(abs((Double(time) ?? 0) - (Double(told[1]) ?? 1000)) < 5, "\(line), \(told)")
    #expect(!line.contains("hardware-time") && !line.contains("dropped"), "lo has no clock, and nothing was dropped")
  }

  @Test("The answers a client gets are described, too")
  func factsOfAnswers() throws {
    try PacketClock.start()
    let (peer, port) = try PythonPeer.datagrams(
      "data, who = s.recvfrom(100); s.setsockopt(0, 2, 11); s.sendto(b'answer', who)")
    let outcome = try Sock.run(["udp-send", "-v", "--reply", "127.0.0.1", "\(port)", "ask"])
    #expect(outcome.text == "answer")
    #expect(
      outcome.errors.contains(
        "sock: received 6 bytes from 127.0.0.1:\(port): to 127.0.0.1, by lo, ttl 11, tos 0x00, at "),
      "\(outcome)")
    try peer.finish()
  }

  @Test("Datagrams coalesced into one packet are reported for that packet", arguments: ["127.0.0.1", "::1"])
  func coalescedDatagramsAreReportedOnce(_ host: String) throws {
    let listener = try SockListener(["--json", "--count", "3"], verb: "udp-recv", host: host)
    let python = try PythonPeer(
      """
      host, port = sys.argv[1], int(sys.argv[2])
      s = socket.socket(family(host), socket.SOCK_DGRAM)
      level, hops, class_ = (41, 52, 67) if ':' in host else (0, 2, 1)  # IPV6_HOPLIMIT, IPV6_TCLASS; IP_TTL, IP_TOS
      for ttl, tos in (3, 0x28), (200, 0xb8):
        control = [(level, hops, struct.pack('i', ttl)), (level, class_, struct.pack('i', tos))]
        s.sendmsg([b'x'], control, 0, (host, port))
      s.sendto(b'x', (host, port))
      """, arguments: [host, "\(listener.port)"])
    try python.finish()
    let outcome = try listener.outcome()
    let told = outcome.errors.split(separator: "\n").compactMap { $0.firstMatch(of: /"ttl":(\d+),"tos":(\d+)/) }
    #expect(told.map { "\($0.1) \($0.2)" } == ["3 40", "200 184", "64 0"], "\(outcome)")
  }

  @Test("A Unix datagram's sender that has ended is reported as such")
  func endedUnixSenderIsReported() throws {
    let directory = try TemporaryDirectory()
    let receiver = try Sock.start(["udp-recv", "--json", "--count", "2", "-U", directory("s")], input: .null)
    _ = try receiver.errors?.waitForLine(containing: "listening")
    // While it is stopped, one sender sends and exits, and another one stays.
    receiver.send(SIGSTOP)
    let send = "s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.sendto(b'x', sys.argv[1])\nsay(os.getpid())\n"
    let gone = try PythonPeer(send, arguments: [directory("s")])
    try gone.finish()
    let present = try PythonPeer(send + "hear()", arguments: [directory("s")])
    let identifiers = [try gone.reply(), try present.reply()]
    receiver.send(SIGCONT)
    let errors = try Sock.outcome(of: receiver).errors
    let isTold = Sock.hasProcessDescriptors
    #expect(
      errors.contains(
        #""pid":\#(identifiers[0]),"uid":\#(getuid()),"gid":\#(getgid())\#(isTold ? #","running":false"# : "")"#),
      "\(errors)")
    #expect(
      errors.contains(
        #""pid":\#(identifiers[1]),"uid":\#(getuid()),"gid":\#(getgid())\#(isTold ? #","running":true"# : "")"#),
      "\(errors)")
  }

  @Test("A Unix datagram's sender is named by its credentials")
  func unixSenderIsNamedByCredentials() throws {
    let directory = try TemporaryDirectory()
    let path = directory("s")
    let receiver = try Sock.start(["udp-recv", "--json", "--count", "1", "-U", path])
    _ = try receiver.errors?.waitForLine(containing: "listening")
    let python = try PythonPeer(
      """
      s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
      s.sendto(b'x', sys.argv[1])
      say(os.getpid(), os.getuid(), os.getgid())
      """, arguments: [path])
    let who = try python.reply().split(separator: " ")
    let outcome = try Sock.outcome(of: receiver)
    #expect(outcome.errors.contains(#""pid":\#(who[0]),"uid":\#(who[1]),"gid":\#(who[2])"#), "\(outcome)")
  }

  @Test("Datagrams dropped by the socket are reported with the next one")
  func dropsAreReported() throws {
    let listener = try SockListener(
      ["--json", "-o", "SO_RCVBUF=2304", "--count", "3", "--hex"], verb: "udp-recv", output: .collected)
    // Its small buffer overflows while it is stopped; then it continues and one more datagram arrives.
    let python = try PythonPeer(
      """
      pid, port = int(sys.argv[1]), int(sys.argv[2])
      s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
      s.connect(('127.0.0.1', port))
      os.kill(pid, signal.SIGSTOP)
      for _ in range(100): s.send(bytes(700))
      os.kill(pid, signal.SIGCONT)
      deadline = time.time() + 20
      while time.time() < deadline:
        try: s.send(b'more')
        except ConnectionRefusedError: break
        time.sleep(0.005)
      say('done')
      """, arguments: ["\(listener.process.identifier)", "\(listener.port)"])
    #expect(try python.reply() == "done")
    let outcome = try listener.outcome()
    #expect(outcome.errors.contains(#""dropped":"#), "\(outcome)")
  }

  @Test("Each end of a Unix connection reports the other's process", arguments: [[], ["-k"]])
  func unixEndsKnowEachOther(
    _ options: [String]
  ) throws {
    let directory = try TemporaryDirectory()
    let path = directory("s")
    let server = try Sock.start(["listen", "--json", "-U", path] + options, input: .text("x"))
    _ = try server.errors?.waitForLine(containing: "listening")
    let python = try PythonPeer(
      """
      s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])
      pid = struct.unpack('iii', s.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0]
      say(os.getpid(), os.getuid(), os.getgid(), pid)
      """, arguments: [path])
    let who = try python.reply().split(separator: " ")
    let line = try server.errors?.waitForLine(containing: "accepted") ?? ""
    #expect(line.contains(#""pid":\#(who[0]),"uid":\#(who[1]),"gid":\#(who[2])"#), "\(line)")
    #expect(who[3] == "\(server.identifier)")
  }

  @Test("A Unix client reports the server's process")
  func unixClientReportsServerProcess() throws {
    let directory = try TemporaryDirectory()
    let server = try Sock.start(["recv", "-v", "-U", directory("s")])
    _ = try server.errors?.waitForLine(containing: "listening")
    let client = try Sock.run(["send", "-v", "--no-reply", "-U", directory("s"), "x"])
    #expect(client.errors.contains("(unix): pid \(server.identifier), uid "), "\(client)")
  }
}
