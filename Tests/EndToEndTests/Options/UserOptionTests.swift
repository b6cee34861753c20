import SockTestSupport
import Testing

/// What the user sets by `-o` holds against every option that a verb sets by itself.
@Suite(.endToEnd) struct UserOptionTests {
  /// The value that the kernel has for an option of the only socket of a process, read from outside.
  private func value(level: Int, option: Int, in process: RunningProcess) throws -> Int? {
    let peer = try PythonPeer(
      """
      import ctypes
      call = ctypes.CDLL(None, use_errno=True).syscall
      pidfd = call(434, \(process.identifier), 0)  # pidfd_open
      for name in os.listdir('/proc/\(process.identifier)/fd'):
          try:
              if not os.readlink('/proc/\(process.identifier)/fd/' + name).startswith('socket:'): continue
          except OSError: continue
          s = socket.socket(fileno=call(438, pidfd, int(name), 0))  # pidfd_getfd
          say(s.getsockopt(\(level), \(option)))
      """)
    return Int(try peer.reply())
  }

  @Test(
    "A listener keeps what the user set",
    .enabled(if: Privileges.isRoot, "reading a socket of another process takes ptrace rights"),
    arguments: [
      (["listen", "-6"], "IPV6_V6ONLY=off", 41, 26, 0), (["recv", "-6"], "IPV6_V6ONLY=off", 41, 26, 0),
      (["udp-recv", "-6"], "IPV6_V6ONLY=off", 41, 26, 0), (["listen", "127.0.0.1"], "SO_REUSEADDR=off", 1, 2, 0),
      (["listen", "127.0.0.1", "-k"], "SO_REUSEADDR=off", 1, 2, 0),
      (["listen", "127.0.0.1", "--bench"], "SO_REUSEADDR=off", 1, 2, 0),
      (["listen", "127.0.0.1"], "TCP_NODELAY=off", 6, 1, 0), (["udp-recv", "127.0.0.1"], "UDP_GRO=off", 17, 104, 0),
      (["listen", "127.0.0.1", "-u"], "UDP_GRO=off", 17, 104, 0),
      (["listen", "-4", "-u"], "IP_PKTINFO=off", 0, 8, 0), (["udp-recv", "-4", "--echo"], "IP_PKTINFO=off", 0, 8, 0),
      (["listen", "-6", "-u", "-k"], "IPV6_RECVPKTINFO=off", 41, 49, 0),
      (["udp-recv", "127.0.0.1", "-v"], "IP_RECVTTL=off", 0, 12, 0),
      (["udp-recv", "127.0.0.1", "-v"], "SO_TIMESTAMPING=0", 1, 37, 0),
      (["udp-recv", "127.0.0.1", "--group", "239.1.2.3@lo"], "SO_REUSEADDR=off", 1, 2, 0),
    ])
  func listenerKeepsTheUsersValue(
    _ words: [String], _ option: String, _ level: Int, _ number: Int, _ expected: Int
  ) throws {
    let listener = try Sock.start(words + ["0", "-o", option], input: .pipe)
    try listener.errors?.waitForLine(containing: "listening")
    #expect(try value(level: level, option: number, in: listener) == expected)
  }

  @Test(
    "A client keeps what the user set",
    .enabled(if: Privileges.isRoot, "reading a socket of another process takes ptrace rights"),
    arguments: [
      (["connect"], "TCP_NODELAY=off", 6, 1, 0),
      (["connect", "-p", "PORT"], "SO_REUSEADDR=off", 1, 2, 0), (["connect", "-u"], "IP_RECVERR=off", 0, 11, 0),
      (["connect", "-u"], "UDP_GRO=off", 17, 104, 0), (["connect", "-u", "-v"], "IP_PKTINFO=off", 0, 8, 0),
    ])
  func clientKeepsTheUsersValue(
    _ words: [String], _ option: String, _ level: Int, _ number: Int, _ expected: Int
  ) throws {
    let (_, port) =
      try words.contains("-u") ? PythonPeer.datagrams("hear()") : PythonPeer.server("hear()")
    let source = "\(try Ports.free())"
    let client = try Sock.start(
      words.map { $0 == "PORT" ? source : $0 } + ["127.0.0.1", "\(port)", "--json", "-o", option], input: .pipe)
    try client.errors?.waitForLine(containing: "\"connected\"")
    #expect(try value(level: level, option: number, in: client) == expected)
  }

  @Test("An IPv6 listener with IPV6_V6ONLY=off serves IPv4, and says what the kernel has", arguments: [["-6"], []])
  func dualStackListenerServesIPv4(_ family: [String]) throws {
    let listener = try Sock.start(["listen", "-v", "-o", "IPV6_V6ONLY=off", "0"] + family, input: .text("hello"))
    #expect(try listener.errors?.waitForLine(containing: "V6ONLY").contains("got off") == true)
    let line = try listener.errors?.waitForLine(containing: "listening") ?? ""
    let port = try SockListener.port(in: line)
    #expect(try Sock.run(["connect", "127.0.0.1", "\(port)"]).text == "hello")
    #expect(try Sock.outcome(of: listener).errors.contains("0.0.0.0") == false)
  }

  @Test("What bind(2) changes is shown as the kernel has it: one IPv6 address serves no IPv4")
  func boundSocketIsShown() throws {
    let listener = try Sock.start(["listen", "-v", "-o", "IPV6_V6ONLY=off", "::1", "0"], input: .pipe)
    #expect(try listener.errors?.waitForLine(containing: "V6ONLY").contains("asked off, got on") == true)
  }

  @Test("What is shown is read when all options are set: IP_TOS changes SO_PRIORITY")
  func shownValueIsTheLast() throws {
    let (_, port) = try PythonPeer.server("c.close()")
    let outcome = try Sock.run(
      ["connect", "-v", "-o", "SO_PRIORITY=3", "-o", "IP_TOS=8", "127.0.0.1", "\(port)"])
    #expect(outcome.errors.contains("SO_PRIORITY: asked 3, got 2"), "\(outcome)")
  }

  @Test(
    "The datagrams of a benchmark have the user's options, too",
    .enabled(if: StraceRun.isPossible, "needs strace(1), and the right to trace"))
  func benchmarkDatagramsHaveThem() throws {
    let server = try SockListener(["--bench"])
    let directory = try TemporaryDirectory()
    let trace = try RunningProcess(
      "strace",
      [
        "-f", "-o", directory("trace"), "-e", "trace=setsockopt", Sock.binary, "bench", "--work", "datagrams", "--time",
        "0.1",
        "-o", "SO_SNDBUF=12345", "127.0.0.1", "\(server.port)",
      ])
    #expect(try trace.wait().status == 0)
    let calls = String(decoding: try readFile(directory("trace")), as: UTF8.self).split(separator: "\n")
    #expect(calls.count { $0.contains("SO_SNDBUF, [12345]") } == 2)
  }
}
