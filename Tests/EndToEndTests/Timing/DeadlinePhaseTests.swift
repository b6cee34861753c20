import Glibc
import SockTestSupport
import Testing

/// `--deadline` bounds the run of every verb, whatever it is waiting for.
@Suite(.endToEnd) struct DeadlinePhaseTests {
  private static let isPossible = Sock.canMakeNamespaces

  /// A name server that takes queries and never answers.
  private static let silentNameServer = """
    printf 'nameserver 127.0.0.1\\n' >$TMP.r; printf 'hosts: dns\\n' >$TMP.n
    mount --bind $TMP.r /etc/resolv.conf; mount --bind $TMP.n /etc/nsswitch.conf
    $SOCK udp-recv 127.0.0.1 53 >/dev/null & until ss -uln | grep -q 127.0.0.1:53; do :; done

    """

  private func check(_ words: String, after setUp: String) throws {
    let outcome = try Sock.inNamespace(setUp + "exec $SOCK \(words) --deadline 500ms </dev/null >/dev/null")
    #expect(outcome.status == 75, "\(words): \(outcome)")
    #expect(outcome.seconds < 5, "\(words): \(outcome)")
  }

  @Test(
    "A name server is silent", .enabled(if: isPossible, "needs namespaces"),
    arguments: [
      "connect n.test 9", "connect -u n.test 9", "connect -z n.test 9", "send n.test 9 x", "udp-send n.test 9 x",
      "listen n.test 9", "listen -k n.test 9", "listen --bench n.test 9", "recv n.test 9", "udp-recv n.test 9",
      "ping n.test", "ping --tcp n.test 9", "trace-route n.test", "resolve n.test", "resolve --legacy n.test",
      "resolve 127.0.0.9", "wait n.test:9", "relay n.test:9 127.0.0.1:9", "relay 9 127.0.0.1:9",
      "trace-route 127.0.0.1", "bench n.test 9",
      "connect -s n.test 127.0.0.1 9", "ping -s n.test 127.0.0.1",
    ])
  func nameServerIsSilent(_ words: String) throws { try check(words, after: Self.silentNameServer) }

  @Test(
    "A host drops everything", .enabled(if: isPossible, "needs namespaces"),
    arguments: [
      "connect 10.9.0.2 9", "connect -z 10.9.0.2 9", "send 10.9.0.2 9 x", "bench 10.9.0.2 9", "ping 10.9.0.2",
      "ping --tcp 10.9.0.2 9", "ping --udp 10.9.0.2 9", "trace-route 10.9.0.2", "trace-route --tcp 10.9.0.2 9",
      "udp-send --reply -q 9 10.9.0.2 9 x", "connect -z -u -q 9 10.9.0.2 9",
      "wait 10.9.0.2:9", "relay - 10.9.0.2:9", "connect --exec cat 10.9.0.2 9", "connect --tls 10.9.0.2 9",
    ])
  func hostIsSilent(_ words: String) throws { try check(words, after: TestNetwork.blackHole) }

  @Test(
    "Nobody reads stdout, and a signal ends the wait, too",
    arguments: [["ping", "127.0.0.1"], ["ping", "--tcp", "127.0.0.1", "9"], ["trace-route", "127.0.0.1"]], [0, SIGTERM])
  func stdoutIsFull(_ words: [String], _ number: CInt) throws {
    let output = try Pipe()
    let filling = try RunningProcess(
      "sh", ["-c", "head -c 65536 /dev/zero"], output: .descriptor(output.writer))
    try filling.wait()
    let sock = try Sock.start(
      words + ["--deadline", number == 0 ? "500ms" : "60"], output: .descriptor(output.writer))
    if number != 0 {
      try sock.waitUntilIdle()
      sock.send(number)
    }
    let ending = try sock.wait(within: .seconds(10))
    #expect(number == 0 ? ending.status == 75 : ending.signal == number)
    output.reader.close()
  }

  @Test(
    "The peer never acknowledges what it was sent, and a signal ends the wait, too",
    arguments: [["connect", "--send-only"], ["connect", "--on-eof", "close"], ["send", "--no-reply"]], [0, SIGTERM])
  func peerDoesNotAcknowledge(_ words: [String], _ number: CInt) throws {
    let (_, port) = try PythonPeer.server("say('here')\nhear()")
    let sock = try Sock.start(
      words + ["127.0.0.1", "\(port)", "--deadline", number == 0 ? "500ms" : "60"],
      input: .bytes([UInt8](repeating: 1, count: 1 << 20)))
    if number != 0 {
      // Well after its end of input; it polls while it waits, so it is never idle.
      usleep(500_000)
      sock.send(number)
    }
    let ending = try sock.wait(within: .seconds(4))
    #expect(number == 0 ? ending.status == 75 : ending.signal == number)
  }

  @Test("What had come in time counts, though the process was stopped past its deadline", arguments: ["tcp", "udp"])
  func stoppedRunHandlesWhatHasCome(_ transport: String) throws {
    let (peer, port) =
      transport == "tcp"
      ? try PythonPeer.server(
        "receive_all(c)\nsay('asked')\nhear()\nc.sendall(b'answer' * 50000)\nc.close()\nsay('sent')")
      : try PythonPeer.datagrams("who = s.recvfrom(9)[1]\nsay('asked')\nhear()\ns.sendto(b'answer', who)\nsay('sent')")
    let verb = transport == "udp" ? ["udp-send", "--reply", "-q", "0.5"] : ["send"]
    let client = try Sock.start(verb + ["--deadline", "1", "127.0.0.1", "\(port)", "x"])
    #expect(try peer.reply() == "asked")
    client.send(SIGSTOP)
    try peer.tell()
    #expect(try peer.reply() == "sent")
    // The deadline passes while nothing runs: this is the time that the test is about.
    usleep(1_300_000)
    client.send(SIGCONT)
    let outcome = try Sock.outcome(of: client)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.count == (transport == "tcp" ? 300_000 : 6))
  }

  @Test("A client's wait for answers does not drop what --limit-rate holds back")
  func heldBackDatagramsAreWrittenOut() throws {
    let (_, port) = try PythonPeer.datagrams(
      "who = s.recvfrom(9)[1]\nfor i in range(4): s.sendto(b'%d' % i * 500, who)")
    let outcome = try Sock.run(["send", "-u", "--limit-rate", "recv=1000", "127.0.0.1", "\(port)", "x"])
    #expect(outcome.status == 0)
    #expect(outcome.output.count == 2000)
  }
}
