import SockTestSupport
import Testing

/// `ping` through a router.
@Suite(.endToEnd, .enabled(if: Sock.canMakeNamespaces, "needs the privilege to create namespaces"))
struct PingTests {
  private func run(_ script: String) throws -> Sock.Outcome { try Sock.inNamespace(TestNetwork.routed + script) }

  @Test("ping through a router counts what it sends, on schedule", arguments: ["10.2.0.1", "fd02::1"])
  func pingThroughARouter(_ host: String) throws {
    let outcome = try run("exec $SOCK ping -c 3 --interval 50ms --json \(host)")
    #expect(outcome.status == 0, "\(outcome)")
    let replies = outcome.lines.filter { $0.contains(#""event":"reply""#) }
    #expect(replies.count == 3)
    #expect(replies.allSatisfy { $0.contains(#""from":"\#(host)""#) && $0.contains(#""ttl":63"#) })
    #expect(outcome.lines.last?.contains(#""sent":3,"received":3,"duplicates":0"#) == true)
  }

  @Test("A closed port answers ping, without any privilege", arguments: ["10.2.0.1", "fd02::1"], ["--tcp", "--udp"])
  func closedPortAnswers(_ host: String, _ method: String) throws {
    let outcome = try run("exec \(Privileges.nobody) $SOCK ping -c 2 --interval 50ms \(method) 9 \(host)")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.text.contains(method == "--tcp" ? "refused by" : "port unreachable, says \(host)"))
    #expect(outcome.text.contains("2 sent, 2 received, 0% lost"))
  }

  @Test("ping without a privilege names the sysctl that it needs")
  func pingNamesTheSysctl() throws {
    let refused = try run("exec \(Privileges.nobody) $SOCK ping -c 1 10.2.0.1")
    #expect(refused.status == 77, "\(refused)")
    #expect(refused.errors.contains("CAP_NET_RAW") && refused.errors.contains("net.ipv4.ping_group_range"))
    let allowed = try run(
      "sysctl -qw net.ipv4.ping_group_range='0 65534'\n"
        + "\(Privileges.nobody) $SOCK ping -c 1 10.2.0.1; \(Privileges.nobody) $SOCK ping -c 1 fd02::1; "
        + "exec \(Privileges.nobody) $SOCK ping -c 1 --ttl 1 fd02::1")
    #expect(allowed.status == 69, "\(allowed)")
    #expect(allowed.text.contains("from 10.2.0.1") && allowed.text.contains("from fd02::1"))
    #expect(allowed.text.contains("from fd01::2: seq=1 hop limit exceeded"))
  }

  @Test(
    "An ICMP error is reported with the host that sent it",
    arguments: [
      ("--ttl 1 10.2.0.1", "from 10.1.0.2: seq=1 time to live exceeded", 69),
      ("--ttl 1 fd02::1", "from fd01::2: seq=1 hop limit exceeded", 69),
      ("10.9.1.1", "from 10.1.0.2: seq=1 host unreachable", 69),
      ("10.9.2.1", "from 10.1.0.2: seq=1 communication administratively prohibited", 69),
      ("--tcp 9 10.9.1.1", "from 10.1.0.2: seq=1 host unreachable", 69),
      ("--udp 9 fd09::1", "from fd01::2: seq=1 no route to the destination", 69),
      ("fd09::1", "from fd01::2: seq=1 no route to the destination", 69),
      ("-w 200ms 10.9.3.1", "seq=1 no answer", 75),
    ])
  func icmpErrorNamesItsReporter(_ words: String, _ line: String, _ status: Int) throws {
    let outcome = try run("exec $SOCK ping -c 1 \(words)")
    #expect(outcome.lines.contains(line), "\(outcome)")
    #expect(outcome.status == CInt(status), "\(outcome)")
    #expect(outcome.errors.contains("no answer from"))
  }

  @Test("A lost packet is counted, and Ctrl-C is a normal end")
  func lostPacketIsCounted() throws {
    // A rule of the router drops the third request.
    let outcome = try run(
      """
      ip netns exec r nft -f - <<'END'
      table ip t {
        chain c { type filter hook forward priority 0; icmp type echo-request icmp sequence 3 drop; }
      }
      END
      $SOCK ping -w 100ms -c 4 --interval 20ms 10.2.0.1
      # A shell without job control makes its background jobs ignore INT.
      env --default-signal=INT $SOCK ping --interval 20ms 10.2.0.1 >$TMP & pid=$!
      until grep -q seq=4 $TMP; do :; done
      kill -INT $pid; wait $pid; cat $TMP
      """)
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.lines.contains("seq=3 no answer"))
    #expect(outcome.text.contains("4 sent, 3 received, 25% lost"))
    #expect(outcome.lines.filter { $0.hasPrefix("round trip") }.count == 2, "the interrupted run has a summary too")
  }

  @Test("Every member of a group answers")
  func everyGroupMemberAnswers() throws {
    // This host answers once it has a link-local address, which takes a moment.
    let outcome = try run(
      "for try in 1 2 3 4 5 6 7 8 9; do ip -6 addr show dev a0 scope link | grep -q inet6 && break; sleep 0.2; done\n"
        + "exec $SOCK ping -c 1 -w 300ms ff02::1%a0")
    #expect(outcome.status == 0, "\(outcome)")
    // This host and the router: one probe has a first answer and a duplicate.
    let answers = outcome.lines.filter { $0.contains("64 bytes from f") && $0.contains("seq=1 ") }
    #expect(answers.count == 2 && answers.last?.hasSuffix(", duplicate") == true, "\(outcome)")
  }

  @Test("--json writes JSON, line by line")
  func jsonIsLineByLine() throws {
    let outcome = try run(
      "for words in 'ping -c 1 10.2.0.1' 'ping -c 1 --udp fd09::1 9' 'ping -c 1 -w 100ms 10.9.3.1' 'trace-route 10.9.1.1'\n"
        + "do $SOCK $words --json || :; done | python3 -c 'import json, sys\nfor line in sys.stdin:\n"
        + "  one = json.loads(line); print(one[\"event\"])'")
    #expect(
      outcome.lines == [
        "started", "reply", "summary", "started", "icmp-error", "summary", "started", "timeout", "summary", "started",
        "hop", "summary",
      ], "\(outcome)")
  }

  @Test("A host and its port may be one word")
  func hostAndPortInOneWord() throws {
    let outcome = try run(
      "$SOCK trace-route -n --udp 10.2.0.1:9; $SOCK ping -c 1 --tcp '[fd02::1]:9'; exec $SOCK ping -c 1 --tcp 9 fd02::1"
    )
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.text.contains("trace-route to 10.2.0.1:9 by udp"))
    #expect(outcome.lines.filter { $0.hasPrefix("refused by [fd02::1]:9") }.count == 2)
  }

  @Test("ping agrees with ping(8)")
  func agreesWithPing() throws {
    let outcome = try run(
      "ping -n -c 2 -i 0.05 10.2.0.1; ping -n -c 1 -t 1 10.2.0.1 || :; "
        + "$SOCK ping -c 2 --interval 50ms 10.2.0.1; exec $SOCK ping -c 1 --ttl 1 10.2.0.1")
    #expect(outcome.lines.filter { $0.contains("64 bytes from 10.2.0.1: ") && $0.contains(" ttl=63 ") }.count == 4)
    #expect(outcome.lines.filter { $0.lowercased().contains("time to live exceeded") }.count == 2, "\(outcome)")
    #expect(outcome.status == 69)
  }

  @Test("A signal ends ping with its summary", arguments: [("INT", "--tcp 9", 0), ("INT", "", 0), ("TERM", "", 143)])
  func signalPrintsTheSummary(_ signal: String, _ method: String, _ status: Int) throws {
    let outcome = try run(
      """
      env --default-signal=INT $SOCK ping --interval 20ms \(method) 10.2.0.1 >$TMP & pid=$!
      until grep -q seq=2 $TMP; do :; done
      kill -\(signal) $pid; status=0; wait $pid || status=$?
      cat $TMP; exit $status
      """)
    #expect(outcome.status == CInt(status), "\(outcome)")
    #expect(outcome.text.contains("% lost, in ") && outcome.text.contains(" s\nround trip min/avg/max/mdev = "))
  }
}
