import Glibc
import SockTestSupport
import Testing

/// `sock shell` as users run it: scripts from files and pipes, their results and how they end.
@Suite(.endToEnd) struct ShellScriptTests {
  private func shell(_ lines: String..., within limit: Duration = .seconds(30)) throws -> Sock.Outcome {
    try Sock.run(["shell"], input: .text(lines.joined(separator: "\n") + "\n"), within: limit)
  }

  /// The lines without the time a call took: on a busy machine even a call that does not wait takes milliseconds.
  private func untimed(_ outcome: Sock.Outcome) -> [String] {
    outcome.lines.map { line in
      guard line.hasSuffix(" ms)"), let start = line.lastIndex(of: "(") else { return line }
      return String(line[..<start].dropLast(2))
    }
  }

  static let examples: [String] = {
    guard let folder = opendir(projectRoot + "Examples/shell") else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name.hasSuffix(".sock") { names.append(name) }
    }
    return names.sorted()
  }()

  @Test("There are scripts in Examples")
  func examplesExist() { #expect(Self.examples.count >= 14) }

  @Test("The example scripts hold what they assert", arguments: examples)
  func examplesHold(_ name: String) throws {
    let outcome = try Sock.run(["shell", projectRoot + "Examples/shell/" + name])
    #expect(outcome.status == 0, "\(name): \(outcome)")
    #expect(outcome.errors.isEmpty)
  }

  @Test("Results are values, errno by name, bytes with escapes, and addresses")
  func resultsAreValues() throws {
    let outcome = try shell(
      "p q = socketpair unix stream", "send p \"Hello\\r\\n\"", "recv q 100", "fcntl q O_NONBLOCK", "recv q 1",
      "u = socket inet dgram", "bind u 127.0.0.1:0", "sendto u \"x\" 0 $u.address", "recvfrom u 10", "print $u.port")
    #expect(outcome.status == 0, "\(outcome)")
    let lines = untimed(outcome)
    let port = try #require(lines.last)
    #expect(lines[2] == "recv = 7 \"Hello\\r\\n\"")
    #expect(lines[4] == "recv = -1 EAGAIN (Resource temporarily unavailable)")
    #expect(lines[8] == "recvfrom = 1 \"x\" from 127.0.0.1:\(port)")
  }

  @Test(
    "A peer's process is available by its descriptor",
    .enabled(if: Sock.hasProcessDescriptors, "needs SO_PEERPIDFD, Linux 6.5"))
  func peerProcessByDescriptor() throws {
    let outcome = try shell(
      "p q = socketpair unix dgram", "setsockopt q SO_PASSPIDFD 1", "send p \"x\"", "recvmsg q 10",
      "a b = socketpair unix stream", "pid = getsockopt a SO_PEERPIDFD", "print $pid")
    let lines = untimed(outcome)
    let pid = try #require(lines.last)
    #expect(Int(pid).map { $0 > 1 } == true && lines[3] == "recvmsg = 1 \"x\" [SCM_PIDFD {pid=\(pid)}]", "\(outcome)")
    #expect(lines[5] == "getsockopt = {pid=\(pid)}", "\(outcome)")
  }

  @Test("A control message chooses the source and interface of one datagram")
  func datagramSourceIsAControlMessage() throws {
    let outcome = try shell(
      "s = socket inet dgram", "bind s 0.0.0.0:0", "setsockopt s IP_PKTINFO 1", "t = socket inet dgram",
      "sendmsg t \"x\" to:127.0.0.1:$s.port IP_PKTINFO:127.0.0.7@lo", "recvmsg s 10",
      "sendmsg t \"y\" to:127.0.0.1:$s.port IP_PKTINFO:@lo", "recvmsg s 10")
    let lines = untimed(outcome)
    #expect(lines[5].hasPrefix("recvmsg = 1 \"x\" from 127.0.0.7:"), "\(outcome)")
    #expect(lines[7].hasPrefix("recvmsg = 1 \"y\" from 127.0.0.1:"), "\(outcome)")
  }

  @Test("recvmsg takes frames from a packet socket", .enabled(if: Privileges.isRoot, "needs root, for packet sockets"))
  func recvmsgTakesFrames() throws {
    let outcome = try shell(
      "p = socket packet dgram 0x0300", "bind p packet:lo:0x0800", "u = socket inet dgram", "v = socket inet dgram",
      "bind v 127.0.0.1:0", "sendto u \"frame\" 0 127.0.0.1:$v.port", "recvmsg p 2000")
    // Packets of other tests use the same interface: the first may be one of theirs.
    let count = outcome.lines.last?.split(separator: "recvmsg = ").last?.prefix { $0.isNumber }
    #expect(count.flatMap { Int($0) }.map { $0 >= 20 } == true, "\(outcome)")
  }

  @Test(
    "Mistakes and failed expectations name their place",
    arguments: [
      ("sockt inet", 64, "stdin:1:1: no call 'sockt': did you mean socket?"),
      ("socket inett stream", 64, "stdin:1:8: 'inett' is no family: did you mean INET?"),
      ("p q = socketpair unix stream\nsend p hello", 64, "stdin:2:8: 'hello' is no data"),
      ("p q = socketpair unix stream\nrecv q", 64, "stdin:2:1: 'recv' needs LENGTH: recv SOCKET LENGTH [FLAGS]"),
      (
        "p q = socketpair unix stream\nrecv q 1 MSG_PEAK", 64,
        "stdin:2:10: 'MSG_PEAK' is no flag: did you mean MSG_PEEK?"
      ),
      ("p q = socketpair unix stream\nsetsockopt p SO_RCVBUFF 1", 64, "stdin:2:14: 'SO_RCVBUFF' is no socket option"),
      ("repeat 3 {", 64, "stdin:1:1: 'repeat' has a '{' without its '}'"),
      ("assert 1 == 2", 65, "stdin:1:1: expected == 2, got 1"),
      ("assert errno ECONNRESET", 65, "stdin:1:1: expected errno ECONNRESET, got 0"),
      ("set -e\ns = socket inet stream\nlisten s\nconnect s 127.0.0.1:1", 65, "stdin:4:1: connect failed: "),
      (
        "p q = socketpair unix stream\nsend p \"abc\"\nexpect q \"xyz\" 20ms", 65,
        "stdin:3:1: expected \"xyz\", got \"abc\" within 20 ms"
      ),
      (
        "p q = socketpair unix stream\nsend p \"abc\"\nclose p\nexpect q /x+/", 65,
        "stdin:4:1: expected /x+/, got \"abc\" and the end"
      ),
      ("exit 7", 7, ""),
      ("assert errno ECONNREST", 64, "stdin:1:14: 'ECONNREST' is no error: did you mean ECONNRESET?"),
      ("assert 5 = 5", 64, "stdin:1:8: '=' keeps a result: to compare, write =="),
      ("errno = socket inet stream", 64, "stdin:1:1: $errno is set by every call"),
      ("s = socket inet stream\nbind s 127.0.0.1", 64, "stdin:2:8: '127.0.0.1' has no port: write 127.0.0.1:PORT"),
      ("s = socket inet stream\nsetsockopt s SO_REUSEADDR", 64, "stdin:2:1: 'setsockopt' needs VALUE"),
      (
        "s = socket inet stream\nsetsockopt s IPPROTO_TCP SO_KEEPALIVE 1", 64,
        "stdin:2:14: SO_KEEPALIVE belongs to SOL_SOCKET"
      ),
      ("s = socket inet stream\nioctl s FIONRAED", 64, "stdin:2:9: 'FIONRAED' is no request: did you mean FIONREAD?"),
      ("s = socket inet stream\nfcntl s F_SETFL", 64, "stdin:2:1: 'F_SETFL' needs FLAGS"),
      ("help fooo", 64, "stdin:1:6: no call, error or constant 'fooo'"),
      (
        "p q = socketpair unix dgram\nsendmsg p \"x\" IP_TLL:5", 64,
        "stdin:2:15: no control message 'IP_TLL': did you mean IP_TTL?"
      ),
      (
        "p q = socketpair unix dgram\nsendmsg p \"x\" IP_TTL:500", 64,
        "stdin:2:15: IP_TTL: '500' is not a number from the range 1 to 255"
      ),
    ])
  func mistakesNameTheirPlace(_ script: String, _ status: Int, _ message: String) throws {
    let outcome = try shell(script)
    #expect(outcome.status == CInt(status), "\(outcome)")
    #expect(message.isEmpty ? outcome.errors.isEmpty : outcome.errors.hasPrefix("sock: " + message), "\(outcome)")
  }

  @Test("Options are named with or without level, and given as values, bytes or numbers")
  func optionsByLevelAndValue() throws {
    let outcome = try shell(
      "s = socket inet stream", "setsockopt s SOL_SOCKET SO_KEEPALIVE 1", "getsockopt s SO_KEEPALIVE",
      "setsockopt s SO_KEEPALIVE x\"00000000\"", "getsockopt s SOL_SOCKET SO_KEEPALIVE",
      "setsockopt s SOL_SOCKET 9 x\"01000000\"", "getsockopt s 1 9", "getsockopt s SO_KEEPALIVE")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(
      untimed(outcome).dropFirst() == [
        "setsockopt = 0, now on", "getsockopt = on", "setsockopt = 0, now off", "getsockopt = off", "setsockopt = 0",
        "getsockopt = 4 \"\\x01\\x00\\x00\\x00\"", "getsockopt = on",
      ])
  }

  @Test("Control messages have the names and members of C")
  func controlMessagesHaveCNames() throws {
    let outcome = try shell(
      "u = socket inet dgram", "bind u 127.0.0.1:0", "setsockopt u IP_PKTINFO 1", "setsockopt u IP_RECVTTL on",
      "setsockopt u IP_RECVTOS on", "v = socket inet dgram", "sendmsg v \"x\" to:$u.address IP_TTL:7 IP_TOS=0x10",
      "data peer control = recvmsg u 10", "print $control")
    #expect(outcome.status == 0, "\(outcome)")
    let control = try #require(outcome.lines.last)
    #expect(control.contains("IP_PKTINFO {ipi_ifindex="))
    #expect(control.contains("ipi_spec_dst=127.0.0.1, ipi_addr=127.0.0.1}"))
    #expect(control.contains("IP_TTL 7"))
    #expect(control.contains("IP_TOS 0x10"))
    let credentials = try shell(
      "p q = socketpair unix dgram", "setsockopt q SO_PASSCRED on", "send p \"x\"", "recvmsg q 1")
    #expect(credentials.text.contains("[SCM_CREDENTIALS {pid="), "\(credentials)")
  }

  @Test("select takes its own event names, and those of poll")
  func selectTakesPollNames() throws {
    let outcome = try shell("p q = socketpair unix stream", "send p \"x\"", "select q:r p:w,r", "select q:in p:out 1s")
    #expect(untimed(outcome).suffix(2) == ["select = 2 q:r p:w", "select = 2 q:r p:w"], "\(outcome)")
  }

  @Test("The time a call took is shown, and available")
  func callTimeIsShown() throws {
    let outcome = try shell("p q = socketpair unix stream", "poll q:in 60ms", "assert $ms >= 60", "assert $ms < 20000")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.lines.last?.hasPrefix("poll = 0  (") == true, "\(outcome)")
  }

  @Test("A call that blocks lets other blocks run")
  func blockedCallLetsOthersRun() throws {
    let outcome = try shell(
      "p q = socketpair unix stream", "spawn { recv p 5; send p \"back\" }", "send q \"there\"", "recv q 4", "wait")
    #expect(outcome.status == 0)
    #expect(outcome.text.contains("[1] recv = 5 \"there\""))
    #expect(outcome.text.contains("recv = 4 \"back\""))
  }

  @Test("A side that fails ends a script whose other side waits for it")
  func failedSideEndsTheScript() throws {
    let outcome = try shell("p q = socketpair unix stream", "spawn { sleep 20ms; assert 1 == 2 }", "recv p 1")
    #expect(outcome.status == 65, "\(outcome)")
    #expect(outcome.errors.contains("stdin:2:21: expected == 2, got 1"), "\(outcome)")
    #expect(try shell("p q = socketpair unix stream", "spawn { exit 3 }", "recv p 1").status == 3)
  }

  @Test("stop ends the blocks that were started")
  func stopEndsBlocks() throws {
    let outcome = try shell(
      "p q = socketpair unix stream", "spawn { recv p 1 }", "sleep 10ms", "stop", "wait", "print on")
    #expect(outcome.status == 0)
    #expect(outcome.lines.last == "on", "\(outcome)")
  }

  @Test("A script can read another one")
  func scriptReadsAnother() throws {
    let directory = try TemporaryDirectory()
    try writeFile(directory("pair.sock"), Array("p q = socketpair unix stream\nsend p \"hi\"\n".utf8))
    #expect(untimed(try shell("source \(directory("pair.sock"))", "recv q 9")).last == "recv = 2 \"hi\"")
    try writeFile(directory("wrong.sock"), Array("print 1\nassert 1 == 2\n".utf8))
    let outcome = try shell("source \(directory("wrong.sock"))")
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains("/wrong.sock:2:1: expected == 2, got 1"), "\(outcome)")
    #expect(try shell("source /nowhere").errors.contains("stdin:1:8: cannot read '/nowhere'"))
  }

  @Test("Without a terminal, sock alone shows what it can do")
  func sockAloneShowsUsage() throws {
    let outcome = try Sock.run([], input: .text("print no\n"))
    #expect(outcome.status == 64)
    #expect(outcome.lines.isEmpty && outcome.errors.contains("sock VERB"), "\(outcome)")
  }

  @Test("fork has its own descriptors")
  func forkHasItsOwnDescriptors() throws {
    let outcome = try shell(
      "p q = socketpair unix stream", "fork { recv p 1 }", "close p", "send q \"x\"", "wait", "recv q 1")
    #expect(outcome.text.contains("[1] recv = 1 \"x\""))
    #expect(untimed(outcome).last == "recv = 0 \"\"")
  }

  @Test("A signal ends a script that waits")
  func signalEndsAWaitingScript() throws {
    let sock = try Sock.start(["shell"], input: .text("p q = socketpair unix stream\nprint waiting\nrecv p 1\n"))
    try sock.output?.waitForLine(containing: "waiting")
    sock.send(SIGTERM)
    #expect(try Sock.outcome(of: sock).status == 128 + SIGTERM)
  }

  @Test("A missing script is named")
  func missingScriptIsNamed() throws {
    let outcome = try Sock.run(["shell", "/nowhere/x.sock"])
    #expect(outcome.status == 74)
    #expect(outcome.errors.contains("/nowhere/x.sock"))
  }

  @Test("A hundred thousand lines run in bounded memory")
  func longScriptsUseBoundedMemory() throws {
    let script =
      "set -q\np q = socketpair unix dgram\n" + String(repeating: "send p \"0123456789\"\nrecv q 100\n", count: 50_000)
    let outcome = try Sock.run(
      ["shell"], input: .text(script + "print <\"/proc/self/status\"\n"), within: .seconds(60))
    #expect(outcome.status == 0, "\(outcome.errors)")
    let peak = outcome.lines.first { $0.hasPrefix("VmHWM:") }.flatMap { line in
      Int(line.split(whereSeparator: { !$0.isNumber })[0])
    }
    #expect(try #require(peak) < 64 * 1024, "peak \(peak ?? 0) KiB")
  }
}
