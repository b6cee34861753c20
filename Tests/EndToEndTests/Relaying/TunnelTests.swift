import SockTestSupport
import Testing

/// `relay`: network interfaces as ends.
@Suite(
  .endToEnd,
  .enabled(if: Sock.canMakeNamespaces && exists("/dev/net/tun"), "needs the privilege to make interfaces, and TUN"))
struct TunnelTests {
  /// A host `b`, 10.1.0.2, behind a link; both ends of the tunnel are named in what follows.
  private static let link = """
    mount -t tmpfs none /run; mkdir /run/netns
    ip netns add b
    ip link add a0 type veth peer name b0 netns b
    ip addr add 10.1.0.1/24 dev a0; ip link set a0 up
    ip -n b addr add 10.1.0.2/24 dev b0; ip -n b link set b0 up; ip -n b link set lo up
    await() { for n in $(seq 200); do grep -q "$1" $TMP.$2 && return; sleep 0.05; done; cat $TMP.$2; return 1; }

    """

  /// Sends data through a tunnel and back, and says whether it is the same.
  private static let exchange = """
    ip netns exec b $SOCK relay -v 10.9.0.2:7000 echo: 2>$TMP.e & e=$!
    await listening e
    head -c 300000 /dev/urandom >$TMP.d
    $SOCK send --deadline 20 10.9.0.2:7000 <$TMP.d | cmp - $TMP.d && echo same
    kill $a $b $e
    wait $a $b || true
    ip link show v0 2>/dev/null || echo gone

    """

  @Test("tun: and UDP are a VPN in a line, with both families, and it goes at the end", arguments: ["tun", "tap"])
  func overUDP(kind: String) throws {
    let outcome = try Sock.inNamespace(
      Self.link + """
        ip netns exec b $SOCK relay -v udp://10.1.0.2:5000 \(kind):v0,10.9.0.2/24,fd09::2/64,mtu=1400 2>$TMP.b & b=$!
        await listening b
        $SOCK relay -v \(kind):v0,10.9.0.1/24,fd09::1/64,mtu=1400 udp://10.1.0.2:5000 2>$TMP.a & a=$!
        await connected a
        ip -brief addr show v0
        """ + "\n" + Self.exchange)
    #expect(outcome.text.contains("10.9.0.1/24 fd09::1/64"), "\(outcome)")
    #expect(outcome.lines.contains("same") && outcome.lines.last == "gone", "\(outcome)")
  }

  @Test("Over a stream packets are frames")
  func overTCP() throws {
    let outcome = try Sock.inNamespace(
      Self.link + """
        ip netns exec b $SOCK relay -v --frame length 10.1.0.2:5000 tun:v0,10.9.0.2/24 2>$TMP.b & b=$!
        await listening b
        $SOCK relay -v --frame length tun:v0,10.9.0.1/24 10.1.0.2:5000 2>$TMP.a & a=$!
        await connected a
        """ + "\n" + Self.exchange)
    #expect(outcome.lines.contains("same") && outcome.lines.last == "gone", "\(outcome)")
  }

  @Test("A server that restarts, or comes late, is no end of a tunnel")
  func restart() throws {
    let outcome = try Sock.inNamespace(
      Self.link + """
        $SOCK relay -v tun:v0,10.9.0.1/24 udp://10.1.0.2:5000 2>$TMP.a & a=$!
        await connected a
        $SOCK ping -c 1 -w 300ms 10.9.0.2 || true
        ip netns exec b $SOCK relay -v udp://10.1.0.2:5000 tun:v0,10.9.0.2/24 2>$TMP.b & b=$!
        await listening b
        """ + "\n" + Self.exchange)
    #expect(outcome.lines.contains("same") && outcome.lines.last == "gone", "\(outcome)")
  }

  @Test("What is no interface is refused, each with its reason")
  func refused() throws {
    for (word, reason) in [
      ("tun:a/b", "no name"), ("tun:averyverylongname", "no name"), ("tun:v0,10.9.0.1", "no address with its prefix"),
      ("tun:v0,10.9.0.1/33", "no address with its prefix"), ("tun:v0,x/24", "no address with its prefix"),
      ("tun:v0,mtu=1", "no MTU"), ("tun:v0,10.9.0.1/24,10.9.1.1/24", "one IPv4 address"),
    ] {
      let outcome = try Sock.run(["relay", word, "udp://127.0.0.1:9"])
      #expect(outcome.status == 64 && outcome.errors.contains(reason), "\(word): \(outcome)")
    }
    let stream = try Sock.run(["relay", "tun:v0,10.9.0.1/24", "127.0.0.1:9"])
    #expect(stream.status == 64 && stream.errors.contains("--frame"), "\(stream)")
    let taken = try Sock.inNamespace(
      """
      $SOCK relay -v tun:v0 udp://127.0.0.1:9 2>$TMP & a=$!
      for n in $(seq 200); do grep -q opened $TMP && break; sleep 0.05; done
      status=0; $SOCK relay tun:v0 udp://127.0.0.1:9 || status=$?; echo $status
      status=0; $SOCK relay tun:lo udp://127.0.0.1:9 || status=$?; echo $status
      status=0; setpriv --inh-caps=-all --bounding-set=-all $SOCK relay tun:v1 udp://127.0.0.1:9 || status=$?; echo $status
      kill $a
      """)
    #expect(taken.lines == ["71", "64", "77"], "\(taken)")
  }
}
