import SockTestSupport
import Testing

/// `trace-route` through a router, in the network of ``TestNetwork``.
@Suite(.endToEnd, .enabled(if: Sock.canMakeNamespaces, "needs the privilege to create namespaces"))
struct TraceRouteTests {
  private func run(_ script: String) throws -> Sock.Outcome { try Sock.inNamespace(TestNetwork.routed + script) }

  @Test(
    "trace-route shows the router, then the host", arguments: ["", "--icmp", "--tcp 9"],
    [("10.1.0.2", "10.2.0.1"), ("fd01::2", "fd02::1")])
  func traceRouteShowsTheRouter(_ method: String, _ way: (router: String, host: String)) throws {
    let outcome = try run("exec $SOCK trace-route -n \(method) \(way.host)")
    #expect(outcome.status == 0, "\(outcome)")
    let hops = outcome.lines.dropFirst()
    #expect(hops.count == 2)
    #expect(hops.first?.hasPrefix(" 1  \(way.router)  ") == true, "\(outcome)")
    #expect(hops.last?.hasPrefix(" 2  \(way.host)  ") == true, "\(outcome)")
  }

  @Test("A router that limits its ICMP rate still gets to answer every probe", arguments: ["10.2.0.1", "fd02::1"])
  func rateLimitedRouterIsPaced(_ host: String) throws {
    // The Linux default: a burst of six, then one a second.
    let outcome = try run(
      "ip netns exec b sysctl -qw net.ipv4.icmp_ratelimit=1000 net.ipv6.icmp.ratelimit=1000\n"
        + "for run in 1 2; do $SOCK trace-route -n -w 300ms --probes 1 \(host); done")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.lines.count == 6 && !outcome.text.contains("*"), "\(outcome)")
  }

  @Test("trace-route agrees with traceroute(8)")
  func agreesWithTraceroute() throws {
    let outcome = try run("traceroute -n 10.2.0.1 | tail -n +2 | awk '{print $1, $2}'; $SOCK trace-route -n 10.2.0.1")
    #expect(outcome.lines.prefix(2) == ["1 10.1.0.2", "2 10.2.0.1"], "\(outcome)")
    #expect(outcome.text.contains(" 1  10.1.0.2 ") && outcome.text.contains(" 2  10.2.0.1 "))
  }

  @Test(
    "trace-route shows where and why the path ends",
    arguments: [
      ("10.9.1.1", "!H", "host unreachable, says 10.1.0.2", 69),
      ("10.9.2.1", "!X", "administratively prohibited, says 10.1.0.2", 69),
      ("fd09::1", "!N", "no route to the destination, says fd01::2", 69),
      ("-w 100ms -m 2 10.9.3.1", "*", "did not answer within 2 hops", 75),
    ])
  func endOfPathIsExplained(
    _ words: String, _ mark: String, _ message: String, _ status: Int
  ) throws {
    let outcome = try run("exec \(Privileges.nobody) $SOCK trace-route -n \(words)")
    #expect(outcome.status == CInt(status), "\(outcome)")
    #expect(outcome.lines.dropFirst().first?.contains(mark) == true, "\(outcome)")
    #expect(outcome.errors.contains(message))
  }

  @Test("Names are looked up, and JSON has them")
  func namesAreLookedUp() throws {
    let outcome = try run(
      "printf '10.1.0.2 the.router\\n10.2.0.1 the.host\\n' >$TMP; mount --bind $TMP /etc/hosts\n"
        + "$SOCK trace-route the.host; exec $SOCK trace-route --json the.host")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.text.contains(" 1  the.router (10.1.0.2)  "))
    #expect(outcome.text.contains(#""from":"10.1.0.2","seconds""#) && outcome.text.contains(#""name":"the.router"#))
    #expect(outcome.lines.last?.contains(#""reached":true,"hops":2"#) == true)
  }
}
