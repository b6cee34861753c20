import Glibc
import SockTestSupport
import Testing

/// Contract, "Exit status": each that these verbs can have, by a real cause. (70 and 76 have none here.)
@Suite(.endToEnd) struct ExitStatusTests {
  static let withoutPrivilege = ["--bounding-set=-all", "--inh-caps=-all"]
  /// What `setpriv` needs to take rights away, and the tests to be meaningful.
  static let isRoot = getuid() == 0

  /// In a namespace where names come from a file alone, so that no question leaves this machine.
  static func withoutDNS(_ script: String) -> String {
    """
    printf 'hosts: files\\n' > $TMP
    mount --bind $TMP /etc/nsswitch.conf
    rm -f $TMP
    \(script)
    """
  }

  @Test func `0: all went well`() throws {
    let listener = try SockListener(input: .text("world"))
    let client = try Sock.run(["connect", "127.0.0.1", "\(listener.port)"], input: .text("hello"))
    let server = try listener.outcome()
    #expect(client.status == 0)
    #expect(client.text == "world")
    #expect(client.errors == "")
    #expect(server.status == 0)
    #expect(server.text == "hello")
  }

  @Test func `64: a usage error`() throws {
    #expect(try Sock.run(["connect"]).status == 64)
  }

  @Test(arguments: ["udp-send", "send -u -q 0"], [("127.0.0.1", 65_507), ("::1", 65_527)])
  func `65: a message that no datagram holds`(_ verb: String, _ limit: (host: String, count: Int)) throws {
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
    arguments: [
      ("-o SO_BINDTODEVICE=nosuch", "no interface 'nosuch' here: there is"),
      ("--interface nosuch", "no interface 'nosuch' here"),
      ("-o TCP_CONGESTION=nosuch", ": this kernel has reno"), ("-o TCP_QUEUE_SEQ=5", "EINVAL"),
    ], ["send 127.0.0.1 9 x", "recv 127.0.0.1 0"])
  func `64: an option whose value the kernel refuses`(_ option: (String, message: String), _ line: String) throws {
    let outcome = try Sock.run((line + " " + option.0).split(separator: " ").map(String.init))
    #expect(outcome.status == 64 && outcome.errors.contains(option.message), "\(outcome)")
  }

  @Test(
    .enabled(if: Sock.canMakeNamespaces, "needs the right to make namespaces"),
    arguments: [
      "connect name.invalid 80", "listen name.invalid 0", "udp-send name.invalid 80 x", "resolve name.invalid",
    ])
  func `68: a name that does not resolve`(_ words: String) throws {
    let outcome = try Sock.inNamespace(Self.withoutDNS("exec $SOCK \(words)"))
    #expect(outcome.status == 68)
    #expect(outcome.errors.contains("name.invalid"))
    #expect(outcome.errors.hasPrefix("sock: "))
  }

  @Test func `69: refused`() throws {
    let port = try Ports.free()
    let outcome = try Sock.run(["connect", "127.0.0.1", "\(port)"])
    #expect(outcome.status == 69)
    #expect(outcome.errors.hasPrefix("sock: connect to 127.0.0.1:\(port): Connection refused (ECONNREFUSED)"))
  }

  @Test(.enabled(if: Sock.canMakeNamespaces, "needs the right to make namespaces"))
  func `69: a network without a route`() throws {
    let outcome = try Sock.inNamespace("exec $SOCK connect 10.1.2.3 80")
    #expect(outcome.status == 69)
    #expect(outcome.errors.contains("ENETUNREACH"))
  }

  @Test func `69: a Unix path where nobody listens, or nothing is`() throws {
    let directory = try TemporaryDirectory()
    let missing = try Sock.run(["connect", "-U", directory("missing")])
    #expect(missing.status == 69)
    #expect(missing.errors.contains(directory("missing")))
    try PythonPeer("s = socket.socket(socket.AF_UNIX)\ns.bind('\(directory("dead"))')").finish()
    #expect(try Sock.run(["connect", "-U", directory("dead")]).status == 69)
  }

  @Test(arguments: [[], ["-u"]])
  func `71: a port that is in use`(_ options: [String]) throws {
    let listener = try SockListener(options)
    let outcome = try Sock.run(["listen"] + options + ["127.0.0.1", "\(listener.port)"])
    #expect(outcome.status == 71)
    #expect(outcome.errors.contains("EADDRINUSE"))
    #expect(outcome.errors.contains("\(listener.port)"))
    #expect(listener.process.isRunning)
  }

  @Test func `71: an address that is not ours`() throws {
    let outcome = try Sock.run(["listen", "192.0.2.1", "0"])
    #expect(outcome.status == 71)
    #expect(outcome.errors.contains("EADDRNOTAVAIL"))
  }

  @Test func `71: a limit of the system`() throws {
    let shell = try RunningProcess("sh", ["-c", "ulimit -n 4; exec \(Sock.binary) listen 127.0.0.1 0"])
    let ending = try shell.wait()
    #expect(ending.status == 71)
    #expect(shell.errors?.text.contains("EMFILE") == true)
  }

  @Test func `71: no descriptor is left for what a verb opens besides`() throws {
    // Standard input to error, two of the loop, one for signals: the connection, and nothing for /dev/null.
    let (peer, port) = try PythonPeer.server("try: receive_all(c)\nexcept ConnectionResetError: say('reset')")
    let shell = try RunningProcess(
      "bash", ["-c", "exec 3>&- 4>&- 5>&- 6>&-; ulimit -n 7; exec \(Sock.binary) send --no-reply 127.0.0.1 \(port)"])
    let ending = try shell.wait()
    let errors = shell.errors?.text ?? ""
    #expect(ending.status == 71 && errors == "sock: cannot open /dev/null: Too many open files (EMFILE)\n", "\(errors)")
    // The peer is not to take it for an empty transfer.
    #expect(try peer.reply() == "reset")
  }

  @Test func `71: a Unix socket that lives`() throws {
    let directory = try TemporaryDirectory()
    _ = try Sock.start(["listen", "-U", directory("s")])
    try SocketTable.waitForUnixSocket(directory("s"))
    let outcome = try Sock.run(["listen", "-U", directory("s")])
    #expect(outcome.status == 71)
    #expect(outcome.errors.contains("EADDRINUSE"))
  }

  @Test func `73: a Unix socket in a directory that is not there`() throws {
    let directory = try TemporaryDirectory()
    let outcome = try Sock.run(["listen", "-U", directory("no/such/s")])
    #expect(outcome.status == 73)
    #expect(outcome.errors.contains(directory("no/such/s")))
  }

  @Test func `73: a log file that cannot be created`() throws {
    let directory = try TemporaryDirectory()
    let (_, port) = try PythonPeer.server("hear()")
    for option in ["--log", "--log-hex"] {
      let outcome = try Sock.run(["connect", option, directory("no/log"), "127.0.0.1", "\(port)"])
      #expect(outcome.status == 73)
      #expect(outcome.errors.contains(directory("no/log")))
    }
  }

  @Test func `74: a reset`() throws {
    // Before the connection is taken note of, or after: it is a reset.
    for wait in ["", "c.send(b'x')\ntime.sleep(0.2)\n"] {
      let (_, port) = try PythonPeer.server(wait + "reset(c)")
      let sock = try Sock.run(["connect", "--recv-only", "127.0.0.1", "\(port)"])
      #expect(sock.status == 74)
      #expect(sock.errors.contains("ECONNRESET"))
    }
  }

  @Test func `75: no traffic for the time of -i`() throws {
    let (_, port) = try PythonPeer.server("hear()")
    #expect(try Sock.run(["connect", "-i", "0.2", "127.0.0.1", "\(port)"]).status == 75)
  }

  @Test(.enabled(if: isRoot, "needs root, to take a right away"))
  func `77: a port below 1024 without the right to it`() throws {
    let directory = try TemporaryDirectory()
    let script = """
      echo 1024 > /proc/sys/net/ipv4/ip_unprivileged_port_start
      exec setpriv \(Self.withoutPrivilege.joined(separator: " ")) $SOCK listen 127.0.0.1 80
      """
    let outcome = try Sock.inNamespace(script)
    #expect(outcome.status == 77)
    #expect(outcome.errors.contains("EACCES"))
    #expect(directory.entries == [])
  }

  @Test(.enabled(if: isRoot, "needs root, to take a right away"))
  func `77: a Unix path without the right to it`() throws {
    let directory = try TemporaryDirectory()
    _ = try Sock.start(["listen", "-U", "--mode", "000", directory("s")])
    try eventually("a socket of mode 000") { fileStatus(directory("s")).map { $0.st_mode & 0o777 } == 0 }
    let process = try RunningProcess("setpriv", Self.withoutPrivilege + [Sock.binary, "connect", "-U", directory("s")])
    let outcome = try Sock.outcome(of: process)
    #expect(outcome.status == 77)
    #expect(outcome.errors.contains("EACCES"))

    mkdir(directory("locked"), 0o500)
    let listener = try RunningProcess(
      "setpriv", Self.withoutPrivilege + [Sock.binary, "listen", "-U", directory("locked/s")])
    #expect(try Sock.outcome(of: listener).status == 77)
  }

  @Test(.enabled(if: !kernelHas(protocolNumber: 132), "this kernel has SCTP"))
  func `78: SCTP where the kernel has none`() throws {
    for words in [["connect", "--sctp", "127.0.0.1", "9"], ["connect", "sctp://127.0.0.1:9"]] {
      let outcome = try Sock.run(words)
      #expect(outcome.status == 78)
      #expect(outcome.errors.contains("EPROTONOSUPPORT"))
    }
  }

  @Test(.enabled(if: !kernelHas(protocolNumber: 132), "this kernel has SCTP"))
  func `78: a listener, too`() throws {
    #expect(try Sock.run(["listen", "--sctp", "127.0.0.1", "0"]).status == 78)
  }

  @Test(
    arguments: [SIGINT, SIGTERM, SIGHUP], [["listen"], ["listen", "-k"], ["recv"], ["udp-recv"], ["listen", "-u"]])
  func `128 and the signal's number: INT, TERM, HUP`(_ signal: CInt, _ words: [String]) throws {
    let listener = try SockListener(Array(words.dropFirst()), verb: words[0], input: .pipe)
    listener.process.send(signal)
    #expect(try listener.process.wait().status == 128 + signal)
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func `a signal closes a connection in order, for the peer sees an end`(_ signal: CInt) throws {
    let (peer, port) = try PythonPeer.server("c.sendall(b'x')\nsay(len(receive_all(c)))")
    let sock = try Sock.start(["connect", "127.0.0.1", "\(port)"], input: .pipe)
    try sock.output?.waitForBytes(1)
    sock.send(signal)
    #expect(try sock.wait().status == 128 + signal)
    #expect(try peer.reply() == "0")
  }

  @Test func `141: the reader of stdout has gone`() throws {
    let (_, port) = try PythonPeer.server("while True: c.sendall(bytes(65536))")
    let shell = try RunningProcess(
      "bash",
      ["-c", "\(Sock.binary) connect 127.0.0.1 \(port) < /dev/null | head -c 10 > /dev/null; exit ${PIPESTATUS[0]}"])
    #expect(try shell.wait().status == 141)
  }
}

/// Whether a stream socket of a protocol can be opened.
private func kernelHas(protocolNumber: CInt) -> Bool {
  let probe = socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), protocolNumber)
  if probe >= 0 { close(probe) }
  return probe >= 0
}
