import SockTestSupport
import Testing

/// What comes back to a probe is checked, and what cannot be probed is reported, in the network of ``TestNetwork``.
@Suite(.endToEnd, .enabled(if: Sock.canMakeNamespaces, "needs the privilege to create namespaces"))
struct ProbeReplyTests {
  private func run(_ script: String) throws -> Sock.Outcome { try Sock.inNamespace(TestNetwork.routed + script) }

  @Test("An IPv4-mapped IPv6 address is probed as IPv4")
  func mappedIPv4AddressIsProbedAsIPv4() throws {
    let outcome = try run(
      """
      $SOCK trace-route -n --tcp ::ffff:10.2.0.1 9; $SOCK ping -c 1 --udp ::ffff:10.2.0.1 9
      $SOCK ping -c 1 -s ::ffff:10.1.0.1 -4 ::ffff:10.2.0.1
      $SOCK ping -6 -c 1 ::ffff:10.2.0.1 || echo "forced: $?"
      ip netns exec b $SOCK udp-recv --json --count 1 0.0.0.0 7000 2>$TMP & receiver=$!
      until grep -q listening $TMP; do :; done
      $SOCK udp-send --ttl 9 --tos ef ::ffff:10.2.0.1 7000 x; wait $receiver; cat $TMP
      exec $SOCK ping -c 1 --tcp --ttl 1 ::ffff:10.2.0.1 9
      """)
    #expect(outcome.status == 69, "\(outcome)")
    #expect(outcome.text.contains("\n 1  10.1.0.2 ") && outcome.text.contains("\n 2  10.2.0.1 "))
    #expect(outcome.text.contains("port unreachable, says 10.2.0.1") && outcome.text.contains("forced: 64"))
    #expect(outcome.text.contains(#""ttl":8,"tos":184"#))
    #expect(outcome.lines.contains("from 10.1.0.2: seq=1 time to live exceeded"))
  }

  /// Answers the first request with a wrong byte, the second truncated, the third with a wrong checksum, and the rest
  /// correctly.
  private static let corruptor = """
    ip netns exec b sysctl -qw net.ipv4.icmp_echo_ignore_all=1
    cat >$TMP <<'END'
    import socket, struct, sys
    def checksum(data):
        total = sum(struct.unpack("!%dH" % (len(data) // 2), bytes(data)))
        while total >> 16: total = (total & 0xffff) + (total >> 16)
        return struct.pack("!H", ~total & 0xffff)
    s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
    open(sys.argv[1], "w").close()
    while True:
        packet, peer = s.recvfrom(4000)
        message = bytearray(packet[20:])
        if message[0] != 8: continue
        message[0], number = 0, message[7]
        if number == 1: message[30] ^= 0xff
        if number == 2: message = message[:20]
        message[2:4] = b"\\0\\0"
        message[2:4] = checksum(message)
        if number == 3: message[3] ^= 1
        s.sendto(bytes(message), peer)
    END
    ip netns exec b python3 $TMP $TMP.ready & until test -e $TMP.ready; do :; done

    """

  @Test("A corrupt reply is reported and not counted")
  func corruptReplyIsNotCounted() throws {
    // On a raw socket: for a ping socket the kernel drops packets with a wrong checksum.
    let outcome = try run(
      Self.corruptor + "sysctl -qw net.ipv4.ping_group_range='1 0'\n"
        + "$SOCK ping -c 4 --interval 20ms -w 300ms 10.2.0.1; exec $SOCK ping -c 1 -w 300ms --json 10.2.0.1")
    #expect(outcome.text.contains("seq=1 ttl=63 ") && outcome.text.contains(" ms, wrong data from byte 22 on\n"))
    #expect(outcome.text.contains("20 bytes from 10.2.0.1: seq=2 "))
    #expect(outcome.text.contains(" ms, wrong length: 56 bytes were sent\n"))
    #expect(outcome.text.contains(" ms, wrong checksum\n"))
    #expect(outcome.text.contains("4 sent, 1 received, 3 corrupted, 75% lost"), "\(outcome)")
    #expect(outcome.lines.contains { $0.contains(#""event":"corrupted","sequence":1"#) })
    #expect(outcome.lines.last?.contains(#""received":0,"duplicates":0,"reordered":0,"corrupted":1"#) == true)
    #expect(outcome.errors.contains("no good answer from 10.2.0.1: wrong data"))
    #expect(outcome.status == 76)
  }

  @Test("Running out of descriptors stops the probes with 71")
  func noDescriptorsIs71() throws {
    let outcome = try run(
      """
      ip netns exec b nft -f - <<'END'
      table ip t { chain c { type filter hook input priority 0; tcp dport 80 drop; }; }
      END
      ulimit -n 30; exec $SOCK ping --tcp --interval 10ms -c 100 10.2.0.1 80
      """)
    #expect(outcome.status == 71, "\(outcome)")
    #expect(outcome.text.contains(", 1 failed, 100% lost"))
    #expect(outcome.errors.contains("cannot be probed any more: Too many open files (EMFILE)"))
  }

  @Test("Every host at a broadcast address may answer")
  func broadcastIsAnsweredByAll() throws {
    let outcome = try run(
      """
      for space in '' 'ip netns exec r'; do $space sysctl -qw net.ipv4.icmp_echo_ignore_broadcasts=0; done
      $SOCK ping -c 1 -w 300ms --broadcast 10.1.0.255
      exec $SOCK ping -c 1 10.1.0.255
      """)
    #expect(outcome.status == 77, "\(outcome)")
    // This host and the router.
    for host in ["10.1.0.1", "10.1.0.2"] { #expect(outcome.text.contains("64 bytes from \(host): seq=1 ")) }
    #expect(outcome.text.contains("1 sent, 1 received, 1 duplicate, 0% lost"))
    #expect(outcome.errors.contains("10.1.0.255: Permission denied (EACCES)") && outcome.errors.contains("--broadcast"))
  }

  @Test("A packet too long to send unfragmented is reported")
  func unfragmentablePacketIsTooLong() throws {
    let outcome = try run(
      """
      ip -n r link set r1 mtu 1300; ip -n b link set b0 mtu 1300
      $SOCK ping -c 1 --interface a0 -o IP_MTU_DISCOVER=dont --size 1400 10.2.0.1
      exec $SOCK ping -c 2 --interval 10ms -o IP_MTU_DISCOVER=do --size 1400 10.2.0.1
      """)
    #expect(outcome.status == 69, "\(outcome)")
    #expect(outcome.text.contains("1408 bytes from 10.2.0.1"))
    #expect(outcome.lines.contains("from 10.1.0.2: seq=1 fragmentation needed (MTU 1300)"))
    #expect(outcome.lines.contains("seq=2 failed: Message too long (EMSGSIZE)"))
  }

  @Test("Probes have the requested traffic class")
  func probesHaveTheTrafficClass() throws {
    let outcome = try run(
      """
      ip netns exec b nft -f - <<'END'
      table inet t { chain c { type filter hook input priority 0; ip dscp ef counter; ip6 dscp af21 counter; }; }
      END
      $SOCK ping -c 1 --tos ef 10.2.0.1; $SOCK trace-route -n --probes 1 --tos af21 --interface a0 fd02::1
      exec ip netns exec b nft list ruleset
      """)
    // trace-route has probes under way past the last hop, too.
    #expect(outcome.text.contains("ip dscp ef counter packets 1 "), "\(outcome)")
    #expect(outcome.text.contains(/ip6 dscp af21 counter packets [1-9]/), "\(outcome)")
  }

  @Test(
    "A link-local address needs an interface",
    arguments: [
      "ping fe80::1", "ping -s fe80::1 ::1", "trace-route fe80::1", "connect -z fe80::1 80",
      "connect -s fe80::1 ::1 80",
      "udp-send fe80::1 80 x", "listen fe80::1 80",
    ])
  func linkLocalAddressNeedsAnInterface(_ line: String) throws {
    let outcome = try Sock.run(line.split(separator: " ").map(String.init))
    #expect(outcome.status == 64, "\(outcome)")
    #expect(outcome.errors.contains("fe80::1 is an address of one link: add %INTERFACE, such as fe80::1%eth0"))
  }

  @Test("The chosen interface is the zone of a link-local address")
  func interfaceSetsTheZone() throws {
    let outcome = try run(
      "address=$(ip -n r -6 -o addr show dev r0 scope link | awk '{print $4}'); address=${address%/*}\n"
        + "$SOCK ping -c 1 --interface a0 $address; exec $SOCK connect -z -o SO_BINDTODEVICE=a0 $address 9")
    #expect(outcome.text.contains("1 sent, 1 received"), "\(outcome)")
    #expect(outcome.status == 69 && outcome.errors.contains("%a0]:9: Connection refused"))
  }

  @Test(
    "A source that cannot reach the host is named",
    arguments: [
      ("ping", ""), ("ping --tcp", "9"), ("trace-route", ""), ("trace-route --icmp", ""), ("connect -z", "9"),
      ("udp-send", "9 x"),
    ])
  func unusableSourceIsNamed(_ verb: String, _ rest: String) throws {
    let outcome = try run("exec $SOCK \(verb) -s 127.0.0.1 10.2.0.1 \(rest)")
    #expect(outcome.status == 69, "\(outcome)")
    #expect(outcome.errors.contains("127.0.0.1"))
    #expect(outcome.errors.contains("source") && outcome.errors.contains("reached"))
  }

  @Test(
    "The wildcard address reaches this host, and the answering address is shown",
    arguments: [("0.0.0.0", "127.0.0.1"), ("::", "::1")])
  func wildcardIsThisHost(_ host: String, _ answerer: String) throws {
    let outcome = try Sock.inNamespace("exec $SOCK ping -c 1 \(host)")
    #expect(outcome.text.contains("64 bytes from \(answerer): seq=1"), "\(outcome)")
  }

  @Test("A closed stdout is an error", arguments: ["ping -c 1", "trace-route"])
  func closedStdoutIsAnError(_ verb: String) throws {
    let outcome = try Sock.inNamespace("exec $SOCK \(verb) 127.0.0.1 >&-")
    #expect(outcome.status == 74 && outcome.errors.contains("standard output"), "\(outcome)")
  }
}
