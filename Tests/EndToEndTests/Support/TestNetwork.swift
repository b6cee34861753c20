/// Scripts that set up a network within a namespace, to go before what a test runs there (`Sock.inNamespace`).
enum TestNetwork {
  /// A chain of two links. This host is 10.1.0.1 and fd01::1, the router `r` is .2 on both links, `b` is 10.2.0.1 and
  /// fd02::1.
  ///
  /// The script has a /run of its own, so only it sees the names of the namespaces, and they end with it.
  static let routed = """
    mount -t tmpfs none /run; mkdir /run/netns
    ip netns add r; ip netns add b
    # Addresses are usable at once, without a second of duplicate address detection.
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
    # IPv6 routes appear once both ends have carrier: wait for the first answer.
    for try in 1 2 3 4 5 6 7 8 9; do $SOCK ping -c 1 -w 500ms fd02::1 >/dev/null 2>&1 && break; done

    """

  /// A link to neighbours that drop everything they are sent: their entries have a hardware address that is not theirs.
  static let blackHole = """
    ip link add ours type veth peer name theirs
    ip addr add 10.9.0.1/24 dev ours
    ip link set ours up
    ip link set theirs up
    ip neigh add 10.9.0.2 lladdr 02:00:00:00:00:02 dev ours
    ip neigh add 10.9.0.3 lladdr 02:00:00:00:00:02 dev ours

    """

  /// The name `both` has an address of each family.
  static let twoFamilies = """
    printf '127.0.0.1 both\\n::1 both\\n' > $TMP
    mount --bind $TMP /etc/hosts
    rm -f $TMP

    """

  /// Names come from /etc/hosts alone, so that no query leaves this machine.
  static func withoutDNS(_ script: String) -> String {
    """
    printf 'hosts: files\\n' > $TMP
    mount --bind $TMP /etc/nsswitch.conf
    rm -f $TMP
    \(script)
    """
  }
}
