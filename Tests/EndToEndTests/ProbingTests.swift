import SockTestSupport
import Testing

/// `ping` and `trace-route` through a router: three namespaces, a chain of two links.
@Suite(.endToEnd, .enabled(if: Sock.canMakeNamespaces, "needs the right to make namespaces"))
struct ProbingTests {
  /// Here 10.1.0.1 and fd01::1; the router `r` has .2 of both links; `b` is 10.2.0.1 and fd02::1.
  ///
  /// The names of the namespaces are seen by this script alone, which has a /run of its own, and end with it.
  static let network = """
    mount -t tmpfs none /run; mkdir /run/netns
    ip netns add r; ip netns add b
    # Addresses are usable at once, without a second of looking for duplicates.
    for space in '' 'ip netns exec r' 'ip netns exec b'; do $space sysctl -qw net.ipv6.conf.default.accept_dad=0; done
    ip link add a0 type veth peer name r0 netns r
    ip -n r link add r1 type veth peer name b0 netns b
    for end in 'r r0 10.1.0.2/24 fd01::2/64' 'r r1 10.2.0.2/24 fd02::2/64' 'b b0 10.2.0.1/24 fd02::1/64'; do
      set -- $end
      ip -n $1 addr add $3 dev $2; ip -n $1 -6 addr add $4 dev $2 nodad; ip -n $1 link set $2 up; ip -n $1 link set lo up
    done
    ip addr add 10.1.0.1/24 dev a0; ip -6 addr add fd01::1/64 dev a0 nodad; ip link set a0 up
    ip route add default via 10.1.0.2; ip -6 route add default via fd01::2
    ip -n b route add default via 10.2.0.2; ip -n b -6 route add default via fd02::2
    ip netns exec r sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 net.ipv4.icmp_ratelimit=0 \
      net.ipv6.icmp.ratelimit=0
    ip netns exec b sysctl -qw net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0
    ip -n r route add unreachable 10.9.1.0/24; ip -n r route add prohibit 10.9.2.0/24
    ip -n r route add blackhole 10.9.3.0/24; ip -n r -6 route add unreachable fd09::/64
    # Routes of IPv6 are there once both ends have carrier: wait for the first answer.
    for try in 1 2 3 4 5 6 7 8 9; do $SOCK ping -c 1 -w 500ms fd02::1 >/dev/null 2>&1 && break; done

    """
  private static let nobody =
    "setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set -all --inh-caps -all "

  private func run(_ script: String) throws -> Sock.Outcome { try Sock.inNamespace(Self.network + script) }

  @Test(arguments: ["10.2.0.1", "fd02::1"])
  func `ping through a router counts what it sends, in time`(_ host: String) throws {
    let outcome = try run("exec $SOCK ping -c 3 --interval 50ms --json \(host)")
    #expect(outcome.status == 0, "\(outcome)")
    let replies = outcome.lines.filter { $0.contains(#""event":"reply""#) }
    #expect(replies.count == 3)
    #expect(replies.allSatisfy { $0.contains(#""from":"\#(host)""#) && $0.contains(#""ttl":63"#) })
    #expect(outcome.lines.last?.contains(#""sent":3,"received":3,"duplicates":0"#) == true)
  }

  @Test(arguments: ["10.2.0.1", "fd02::1"], ["--tcp", "--udp"])
  func `a closed port answers, and that needs no privilege`(_ host: String, _ method: String) throws {
    let outcome = try run("exec \(Self.nobody) $SOCK ping -c 2 --interval 50ms \(method) 9 \(host)")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.text.contains(method == "--tcp" ? "refused by" : "port unreachable, says \(host)"))
    #expect(outcome.text.contains("2 sent, 2 received, 0% lost"))
  }

  @Test func `ping without a privilege needs the sysctl, and says so`() throws {
    let refused = try run("exec \(Self.nobody) $SOCK ping -c 1 10.2.0.1")
    #expect(refused.status == 77, "\(refused)")
    #expect(refused.errors.contains("CAP_NET_RAW") && refused.errors.contains("net.ipv4.ping_group_range"))
    let allowed = try run(
      "sysctl -qw net.ipv4.ping_group_range='0 65534'\n"
        + "\(Self.nobody) $SOCK ping -c 1 10.2.0.1; \(Self.nobody) $SOCK ping -c 1 fd02::1; "
        + "exec \(Self.nobody) $SOCK ping -c 1 --ttl 1 fd02::1")
    #expect(allowed.status == 69, "\(allowed)")
    #expect(allowed.text.contains("from 10.2.0.1") && allowed.text.contains("from fd02::1"))
    #expect(allowed.text.contains("from fd01::2: seq=1 hop limit exceeded"))
  }

  @Test(arguments: [
    ("--ttl 1 10.2.0.1", "from 10.1.0.2: seq=1 time to live exceeded", 69),
    ("--ttl 1 fd02::1", "from fd01::2: seq=1 hop limit exceeded", 69),
    ("10.9.1.1", "from 10.1.0.2: seq=1 host unreachable", 69),
    ("10.9.2.1", "from 10.1.0.2: seq=1 communication administratively prohibited", 69),
    ("--tcp 9 10.9.1.1", "from 10.1.0.2: seq=1 host unreachable", 69),
    ("--udp 9 fd09::1", "from fd01::2: seq=1 no route to the destination", 69),
    ("fd09::1", "from fd01::2: seq=1 no route to the destination", 69),
    ("-w 200ms 10.9.3.1", "seq=1 no answer", 75),
  ])
  func `an ICMP error is named, with who reports it`(_ words: String, _ line: String, _ status: Int) throws {
    let outcome = try run("exec $SOCK ping -c 1 \(words)")
    #expect(outcome.lines.contains(line), "\(outcome)")
    #expect(outcome.status == CInt(status), "\(outcome)")
    #expect(outcome.errors.contains("no answer from"))
  }

  @Test func `a lost packet is counted, and Ctrl-C is a normal end`() throws {
    // The third request is lost on the way: a rule of the router's counts.
    let outcome = try run(
      """
      ip netns exec r nft -f - <<'END'
      table ip t {
        chain c { type filter hook forward priority 0; icmp type echo-request icmp sequence 3 drop; }
      }
      END
      $SOCK ping -w 100ms -c 4 --interval 20ms 10.2.0.1
      # A shell without job control lets its background ignore INT.
      env --default-signal=INT $SOCK ping --interval 20ms 10.2.0.1 >$TMP & pid=$!
      until grep -q seq=4 $TMP; do :; done
      kill -INT $pid; wait $pid; cat $TMP
      """)
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.lines.contains("seq=3 no answer"))
    #expect(outcome.text.contains("4 sent, 3 received, 25% lost"))
    #expect(outcome.lines.filter { $0.hasPrefix("round trip") }.count == 2, "the interrupted run has a summary too")
  }

  @Test(arguments: ["", "--icmp", "--tcp 9"], [("10.1.0.2", "10.2.0.1"), ("fd01::2", "fd02::1")])
  func `trace-route shows the router, then the host`(_ method: String, _ way: (router: String, host: String)) throws {
    let outcome = try run("exec $SOCK trace-route -n \(method) \(way.host)")
    #expect(outcome.status == 0, "\(outcome)")
    let hops = outcome.lines.dropFirst()
    #expect(hops.count == 2)
    #expect(hops.first?.hasPrefix(" 1  \(way.router)  ") == true, "\(outcome)")
    #expect(hops.last?.hasPrefix(" 2  \(way.host)  ") == true, "\(outcome)")
  }

  @Test(arguments: ["10.2.0.1", "fd02::1"])
  func `a router that reports only so much is not asked in vain`(_ host: String) throws {
    // As Linux has it unless told otherwise: six at once, then one in a second.
    let outcome = try run(
      "ip netns exec b sysctl -qw net.ipv4.icmp_ratelimit=1000 net.ipv6.icmp.ratelimit=1000\n"
        + "for run in 1 2; do $SOCK trace-route -n -w 300ms --probes 1 \(host); done")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.lines.count == 6 && !outcome.text.contains("*"), "\(outcome)")
  }

  @Test func `each member of a group answers`() throws {
    // This host answers once it has an address of the link, which takes a moment.
    let outcome = try run(
      "for try in 1 2 3 4 5 6 7 8 9; do ip -6 addr show dev a0 scope link | grep -q inet6 && break; sleep 0.2; done\n"
        + "exec $SOCK ping -c 1 -w 300ms ff02::1%a0")
    #expect(outcome.status == 0, "\(outcome)")
    // This host and the router: with one probe there is a first answer, and another.
    let answers = outcome.lines.filter { $0.contains("64 bytes from f") && $0.contains("seq=1 ") }
    #expect(answers.count == 2 && answers.last?.hasSuffix(", duplicate") == true, "\(outcome)")
  }

  @Test func `the text of --json is JSON, line by line`() throws {
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

  @Test func `a host and its port may be one word`() throws {
    let outcome = try run(
      "$SOCK trace-route -n --udp 10.2.0.1:9; $SOCK ping -c 1 --tcp '[fd02::1]:9'; exec $SOCK ping -c 1 --tcp 9 fd02::1"
    )
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.text.contains("trace-route to 10.2.0.1:9 by udp"))
    #expect(outcome.lines.filter { $0.hasPrefix("refused by [fd02::1]:9") }.count == 2)
  }

  @Test func `ping sees what ping(8) sees`() throws {
    let outcome = try run(
      "ping -n -c 2 -i 0.05 10.2.0.1; ping -n -c 1 -t 1 10.2.0.1 || :; "
        + "$SOCK ping -c 2 --interval 50ms 10.2.0.1; exec $SOCK ping -c 1 --ttl 1 10.2.0.1")
    #expect(outcome.lines.filter { $0.contains("64 bytes from 10.2.0.1: ") && $0.contains(" ttl=63 ") }.count == 4)
    #expect(outcome.lines.filter { $0.lowercased().contains("time to live exceeded") }.count == 2, "\(outcome)")
    #expect(outcome.status == 69)
  }

  @Test(arguments: [("INT", "--tcp 9", 0), ("INT", "", 0), ("TERM", "", 143)])
  func `a signal ends ping with its summary`(_ signal: String, _ method: String, _ status: Int) throws {
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

  @Test func `trace-route finds the way that traceroute finds`() throws {
    let outcome = try run("traceroute -n 10.2.0.1 | tail -n +2 | awk '{print $1, $2}'; $SOCK trace-route -n 10.2.0.1")
    #expect(outcome.lines.prefix(2) == ["1 10.1.0.2", "2 10.2.0.1"], "\(outcome)")
    #expect(outcome.text.contains(" 1  10.1.0.2 ") && outcome.text.contains(" 2  10.2.0.1 "))
  }

  @Test(arguments: [
    ("10.9.1.1", "!H", "host unreachable, says 10.1.0.2", 69),
    ("10.9.2.1", "!X", "administratively prohibited, says 10.1.0.2", 69),
    ("fd09::1", "!N", "no route to the destination, says fd01::2", 69),
    ("-w 100ms -m 2 10.9.3.1", "*", "did not answer within 2 hops", 75),
  ])
  func `trace-route tells where and why the way ends`(
    _ words: String, _ mark: String, _ message: String, _ status: Int
  ) throws {
    let outcome = try run("exec \(Self.nobody) $SOCK trace-route -n \(words)")
    #expect(outcome.status == CInt(status), "\(outcome)")
    #expect(outcome.lines.dropFirst().first?.contains(mark) == true, "\(outcome)")
    #expect(outcome.errors.contains(message))
  }

  @Test func `names are looked up, and JSON has them`() throws {
    let outcome = try run(
      "printf '10.1.0.2 the.router\\n10.2.0.1 the.host\\n' >$TMP; mount --bind $TMP /etc/hosts\n"
        + "$SOCK trace-route the.host; exec $SOCK trace-route --json the.host")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.text.contains(" 1  the.router (10.1.0.2)  "))
    #expect(outcome.text.contains(#""from":"10.1.0.2","seconds""#) && outcome.text.contains(#""name":"the.router"#))
    #expect(outcome.lines.last?.contains(#""reached":true,"hops":2"#) == true)
  }
}
