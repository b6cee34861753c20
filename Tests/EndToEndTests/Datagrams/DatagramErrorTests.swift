import SockTestSupport
import Testing

/// A UDP client reports the ICMP error and its sender.
@Suite(.endToEnd) struct DatagramErrorTests {
  @Test(
    "A closed port is reported with the host that said so",
    arguments: ["127.0.0.1", "::1"],
    [["udp-send"], ["udp-send", "--reply"], ["send", "-u"], ["connect", "-u", "-z"], ["connect", "-u"]])
  func closedPortNamesTheHost(_ host: String, _ words: [String]) throws {
    let port = try Ports.free()
    let message = words.contains("-u") && words[0] == "connect" ? [] : ["x"]
    let outcome = try Sock.run(words + [host, "\(port)"] + message, input: .text("y"))
    #expect(outcome.status == 69, "\(outcome)")
    #expect(outcome.errors.contains("refused: Connection refused (ECONNREFUSED): port unreachable, said \(host)\n"))
  }

  @Test(
    "A router that cannot forward is named, and a session goes on",
    .enabled(if: Sock.canMakeNamespaces, "needs the privilege to create namespaces"),
    arguments: ["10.9.1.1", "fd09::1"])
  func unreachableRouterIsNamed(_ host: String) throws {
    let router = host == "fd09::1" ? "fd01::2" : "10.1.0.2"
    let meaning = host == "fd09::1" ? "no route to the destination" : "host unreachable"
    let outcome = try Sock.inNamespace(
      TestNetwork.routed + """
        status=0
        (echo a; sleep 0.3; echo b; sleep 0.3; echo c) | $SOCK connect -u -q 100ms --json \(host) 7 2>$TMP ||
          status=$?
        cat $TMP; echo "session: $status"
        $SOCK send -u -q 500ms \(host) 7 x || echo "send: $?"
        exec $SOCK udp-send --reply \(host) 7 x
        """)
    #expect(outcome.status == 69 && outcome.lines.contains("session: 69") && outcome.lines.contains("send: 69"))
    #expect(outcome.errors.contains("\(meaning), said \(router)\n"), "\(outcome)")
    let warnings = outcome.lines.filter { $0.contains(#""event":"warning""#) }
    #expect(warnings.count == 1 && warnings[0].contains("\(meaning), said \(router)"), "\(outcome)")
    #expect(outcome.text.contains(#""event":"closed""#) && outcome.text.contains(#""sent":6"#))
  }

  @Test(
    "An answer cancels a transient error, and a filter ends the session at once",
    .enabled(if: Sock.canMakeNamespaces, "needs the privilege to create namespaces"), arguments: [true, false])
  func transientErrorIsForgiven(_ isSession: Bool) throws {
    // The route rejects the first datagram and is open for the second.
    let outcome = try Sock.inNamespace(
      TestNetwork.routed + """
        ip netns exec b $SOCK udp-recv --echo 0.0.0.0 7 >$TMP & until ip netns exec b ss -lun | grep -q :7; do :; done
        ip -n r route add unreachable 10.2.0.1/32
        if \(isSession); then
          (echo a; sleep 0.3; ip -n r route del unreachable 10.2.0.1/32; echo b; sleep 0.3) |
            $SOCK connect -u -q 300ms 10.2.0.1 7; echo "good: $?"
        fi
        exec $SOCK \(isSession ? "connect -u -q 9" : "udp-send --reply --wait 9") 10.9.2.1 7 \(isSession ? "" : "x")
        """, input: .text("x\n"), within: .seconds(8))
    if isSession { #expect(outcome.lines == ["b", "good: 0"], "\(outcome)") }
    #expect(outcome.status == 69, "\(outcome)")
    #expect(outcome.errors.contains("administratively prohibited, said 10.1.0.2\n"))
  }

  @Test(
    "Another host's closed port, and packets too big for the path or the interface",
    .enabled(if: Sock.canMakeNamespaces, "needs the privilege to create namespaces"),
    arguments: ["10.2.0.1", "fd02::1"])
  func closedPortsAndLargePackets(_ host: String) throws {
    let isIPv6 = host == "fd02::1"
    let outcome = try Sock.inNamespace(
      TestNetwork.routed + """
        ip -n r link set r1 mtu 1300; ip -n b link set b0 mtu 1300
        long() { head -c $1 /dev/zero | tr '\\0' x; }
        too='-o \(isIPv6 ? "IPV6" : "IP")_MTU_DISCOVER=do'
        set +e
        $SOCK udp-send --reply \(host) 9 x; echo $?
        $SOCK udp-send --reply $too \(host) 9 "$(long 1400)"; echo $?
        $SOCK udp-send --reply $too \(host) 9 "$(long 2000)"; echo $?
        """)
    #expect(outcome.lines == ["69", "65", "65"], "\(outcome)")
    let errors = outcome.errors.split(separator: "\n").map(String.init)
    #expect(errors[0].hasSuffix("refused: Connection refused (ECONNREFUSED): port unreachable, said \(host)"))
    let reason = isIPv6 ? "packet too big (MTU 1300), said fd01::2" : "fragmentation needed (MTU 1300), said 10.1.0.2"
    #expect(errors[1].hasSuffix("lost: \(reason)"), "\(outcome)")
    #expect(errors[2].contains("too long for one packet (EMSGSIZE): the way there takes 1300 bytes"), "\(outcome)")
  }

  @Test(
    "An exceeded time to live is reported",
    .enabled(if: Sock.canMakeNamespaces, "needs the privilege to create namespaces"))
  func exceededTTLIsReported() throws {
    let outcome = try Sock.inNamespace(TestNetwork.routed + "exec $SOCK udp-send --ttl 1 --reply 10.2.0.1 9 x")
    #expect(outcome.status == 69, "\(outcome)")
    #expect(outcome.errors.contains("time to live exceeded, said 10.1.0.2"), "\(outcome)")
  }
}
