import Glibc
import SockTestSupport
import Testing

/// Exit status: each status these verbs can have, from a real cause. (70 and 76 have none here.)
@Suite(.endToEnd) struct ExitStatusTests {
  @Test("0: success")
  func success() throws {
    let listener = try SockListener(input: .text("world"))
    let client = try Sock.run(["connect", "127.0.0.1", "\(listener.port)"], input: .text("hello"))
    let server = try listener.outcome()
    #expect(client.status == 0)
    #expect(client.text == "world")
    #expect(client.errors == "")
    #expect(server.status == 0)
    #expect(server.text == "hello")
  }

  @Test("64: a usage error")
  func usageError() throws {
    #expect(try Sock.run(["connect"]).status == 64)
  }

  @Test(
    "65: a message too long for a datagram", arguments: ["udp-send", "send -u -q 0"],
    [("127.0.0.1", 65_507), ("::1", 65_527)])
  func tooLongForADatagram(_ verb: String, _ limit: (host: String, count: Int)) throws {
    let listener = try SockListener(["--count", "1"], verb: "udp-recv", host: limit.host)
    let arguments = verb.split(separator: " ").map(String.init) + [limit.host, "\(listener.port)"]
    let longest = String(repeating: "x", count: limit.count)
    let outcome = try Sock.run(arguments + [longest + "x"])
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains("is too long for one datagram (EMSGSIZE): UDP takes \(limit.count) bytes at most"))
    #expect(try Sock.run(arguments + [longest]).status == 0)
    #expect(try listener.outcome().output.count == limit.count)
  }

  @Test(
    "64: an option value that the kernel refuses",
    arguments: [
      ("-o SO_BINDTODEVICE=nosuch", "no interface 'nosuch' here: there is"),
      ("--interface nosuch", "no interface 'nosuch' here"),
      ("-o TCP_CONGESTION=nosuch", ": this kernel has reno"), ("-o TCP_QUEUE_SEQ=5", "EINVAL"),
    ], ["send 127.0.0.1 9 x", "recv 127.0.0.1 0"])
  func optionValueTheKernelRefuses(_ option: (String, message: String), _ line: String) throws {
    let outcome = try Sock.run((line + " " + option.0).split(separator: " ").map(String.init))
    #expect(outcome.status == 64 && outcome.errors.contains(option.message), "\(outcome)")
  }

  @Test(
    "68: a name that does not resolve",
    .enabled(if: Sock.canMakeNamespaces, "needs the privilege to create namespaces"),
    arguments: [
      "connect name.invalid 80", "listen name.invalid 0", "udp-send name.invalid 80 x", "resolve name.invalid",
    ])
  func unresolvedName(_ words: String) throws {
    let outcome = try Sock.inNamespace(TestNetwork.withoutDNS("exec $SOCK \(words)"))
    #expect(outcome.status == 68)
    #expect(outcome.errors.contains("name.invalid"))
    #expect(outcome.errors.hasPrefix("sock: "))
  }

  @Test("69: refused")
  func refused() throws {
    let port = try Ports.free()
    let outcome = try Sock.run(["connect", "127.0.0.1", "\(port)"])
    #expect(outcome.status == 69)
    #expect(outcome.errors.hasPrefix("sock: connect to 127.0.0.1:\(port): Connection refused (ECONNREFUSED)"))
  }

  @Test(
    "69: a network without a route", .enabled(if: Sock.canMakeNamespaces, "needs the privilege to create namespaces"))
  func noRoute() throws {
    let outcome = try Sock.inNamespace("exec $SOCK connect 10.1.2.3 80")
    #expect(outcome.status == 69)
    #expect(outcome.errors.contains("ENETUNREACH"))
  }

  @Test("69: a Unix path that does not exist, or without a listener")
  func unixPathWithoutListener() throws {
    let directory = try TemporaryDirectory()
    let missing = try Sock.run(["connect", "-U", directory("missing")])
    #expect(missing.status == 69)
    #expect(missing.errors.contains(directory("missing")))
    try PythonPeer("s = socket.socket(socket.AF_UNIX)\ns.bind('\(directory("dead"))')").finish()
    #expect(try Sock.run(["connect", "-U", directory("dead")]).status == 69)
  }

  @Test("71: a port in use", arguments: [[], ["-u"]])
  func portInUse(_ options: [String]) throws {
    let listener = try SockListener(options)
    let outcome = try Sock.run(["listen"] + options + ["127.0.0.1", "\(listener.port)"])
    #expect(outcome.status == 71)
    #expect(outcome.errors.contains("EADDRINUSE"))
    #expect(outcome.errors.contains("\(listener.port)"))
    #expect(listener.process.isRunning)
  }

  @Test("71: an address that is not local")
  func foreignAddress() throws {
    let outcome = try Sock.run(["listen", "192.0.2.1", "0"])
    #expect(outcome.status == 71)
    #expect(outcome.errors.contains("EADDRNOTAVAIL"))
  }

  @Test("71: a system limit")
  func systemLimit() throws {
    let shell = try RunningProcess("sh", ["-c", "ulimit -n 4; exec \(Sock.binary) listen 127.0.0.1 0"])
    let ending = try shell.wait()
    #expect(ending.status == 71)
    #expect(shell.errors?.text.contains("EMFILE") == true)
  }

  @Test("71: no descriptor left for what else a verb opens")
  func noDescriptorLeft() throws {
    // Three standard descriptors, two of the loop, one for signals, one for the connection: none is left for /dev/null.
    let (peer, port) = try PythonPeer.server("try: receive_all(c)\nexcept ConnectionResetError: say('reset')")
    let shell = try RunningProcess(
      "bash", ["-c", "exec 3>&- 4>&- 5>&- 6>&-; ulimit -n 7; exec \(Sock.binary) send --no-reply 127.0.0.1 \(port)"])
    let ending = try shell.wait()
    let errors = shell.errors?.text ?? ""
    #expect(ending.status == 71 && errors == "sock: cannot open /dev/null: Too many open files (EMFILE)\n", "\(errors)")
    // The peer must not take this for an empty transfer.
    #expect(try peer.reply() == "reset")
  }

  @Test("71: a Unix socket in use")
  func unixSocketInUse() throws {
    let directory = try TemporaryDirectory()
    _ = try Sock.start(["listen", "-U", directory("s")])
    try SocketTable.waitForUnixSocket(directory("s"))
    let outcome = try Sock.run(["listen", "-U", directory("s")])
    #expect(outcome.status == 71)
    #expect(outcome.errors.contains("EADDRINUSE"))
  }

  @Test("73: a Unix socket in a missing directory")
  func missingDirectory() throws {
    let directory = try TemporaryDirectory()
    let outcome = try Sock.run(["listen", "-U", directory("no/such/s")])
    #expect(outcome.status == 73)
    #expect(outcome.errors.contains(directory("no/such/s")))
  }

  @Test("73: a log file that cannot be created")
  func unwritableLog() throws {
    let directory = try TemporaryDirectory()
    let (_, port) = try PythonPeer.server("hear()")
    for option in ["--log", "--log-hex"] {
      let outcome = try Sock.run(["connect", option, directory("no/log"), "127.0.0.1", "\(port)"])
      #expect(outcome.status == 73)
      #expect(outcome.errors.contains(directory("no/log")))
    }
  }

  @Test("74: a reset")
  func reset() throws {
    // It is a reset whether it comes before the connection is reported or after.
    for wait in ["", "c.send(b'x')\ntime.sleep(0.2)\n"] {
      let (_, port) = try PythonPeer.server(wait + "reset(c)")
      let sock = try Sock.run(["connect", "--recv-only", "127.0.0.1", "\(port)"])
      #expect(sock.status == 74)
      #expect(sock.errors.contains("ECONNRESET"))
    }
  }

  @Test("75: no traffic for the time of -i")
  func idleTimeout() throws {
    let (_, port) = try PythonPeer.server("hear()")
    #expect(try Sock.run(["connect", "-i", "0.2", "127.0.0.1", "\(port)"]).status == 75)
  }

  @Test(
    "77: a port below 1024 without the privilege", .enabled(if: Privileges.isRoot, "needs root, to drop privileges"))
  func privilegedPort() throws {
    let directory = try TemporaryDirectory()
    let script = """
      echo 1024 > /proc/sys/net/ipv4/ip_unprivileged_port_start
      exec setpriv \(Privileges.dropped.joined(separator: " ")) $SOCK listen 127.0.0.1 80
      """
    let outcome = try Sock.inNamespace(script)
    #expect(outcome.status == 77)
    #expect(outcome.errors.contains("EACCES"))
    #expect(directory.entries == [])
  }

  @Test("77: a Unix path without permission", .enabled(if: Privileges.isRoot, "needs root, to drop privileges"))
  func unixPathWithoutPermission() throws {
    let directory = try TemporaryDirectory()
    _ = try Sock.start(["listen", "-U", "--mode", "000", directory("s")])
    try eventually("a socket of mode 000") { fileStatus(directory("s")).map { $0.st_mode & 0o777 } == 0 }
    let process = try RunningProcess("setpriv", Privileges.dropped + [Sock.binary, "connect", "-U", directory("s")])
    let outcome = try Sock.outcome(of: process)
    #expect(outcome.status == 77)
    #expect(outcome.errors.contains("EACCES"))

    mkdir(directory("locked"), 0o500)
    let listener = try RunningProcess(
      "setpriv", Privileges.dropped + [Sock.binary, "listen", "-U", directory("locked/s")])
    #expect(try Sock.outcome(of: listener).status == 77)
  }

  @Test("78: SCTP where the kernel has none", .enabled(if: !kernelHas(protocolNumber: 132), "this kernel has SCTP"))
  func missingSCTP() throws {
    for words in [["connect", "--sctp", "127.0.0.1", "9"], ["connect", "sctp://127.0.0.1:9"]] {
      let outcome = try Sock.run(words)
      #expect(outcome.status == 78)
      #expect(outcome.errors.contains("EPROTONOSUPPORT"))
    }
  }

  @Test("78: a listener, too", .enabled(if: !kernelHas(protocolNumber: 132), "this kernel has SCTP"))
  func missingProtocolOfListener() throws {
    #expect(try Sock.run(["listen", "--sctp", "127.0.0.1", "0"]).status == 78)
  }

  @Test(
    "128+N: INT, TERM, HUP",
    arguments: [SIGINT, SIGTERM, SIGHUP], [["listen"], ["listen", "-k"], ["recv"], ["udp-recv"], ["listen", "-u"]])
  func signalNumber(_ signal: CInt, _ words: [String]) throws {
    let listener = try SockListener(Array(words.dropFirst()), verb: words[0], input: .pipe)
    listener.process.send(signal)
    #expect(try listener.process.wait().status == 128 + signal)
  }

  @Test("A signal closes a connection in order: the peer sees an end", arguments: [SIGINT, SIGTERM, SIGHUP])
  func signalClosesInOrder(_ signal: CInt) throws {
    let (peer, port) = try PythonPeer.server("c.sendall(b'x')\nsay(len(receive_all(c)))")
    let sock = try Sock.start(["connect", "127.0.0.1", "\(port)"], input: .pipe)
    try sock.output?.waitForBytes(1)
    sock.send(signal)
    #expect(try sock.wait().status == 128 + signal)
    #expect(try peer.reply() == "0")
  }

  @Test("141: the reader of stdout has gone")
  func stdoutReaderGone() throws {
    let (_, port) = try PythonPeer.server("while True: c.sendall(bytes(65536))")
    let shell = try RunningProcess(
      "bash",
      ["-c", "\(Sock.binary) connect 127.0.0.1 \(port) < /dev/null | head -c 10 > /dev/null; exit ${PIPESTATUS[0]}"])
    #expect(try shell.wait().status == 141)
  }
}

/// Whether the kernel opens a stream socket of a protocol.
private func kernelHas(protocolNumber: CInt) -> Bool {
  let probe = socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), protocolNumber)
  if probe >= 0 { close(probe) }
  return probe >= 0
}
