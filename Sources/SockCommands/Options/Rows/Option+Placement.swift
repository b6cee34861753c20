import Operations
import Sockets

// Where a socket is, and whose addresses it has: other network namespaces, and the addresses of other hosts.
extension Option {
  static let placements = [netns, transparent, asClient]

  static let netns = Option(
    "netns", nil, .required("NAME"), in: .address,
    of: [.transfers, .probes, .bench, .resolve, .wait, .relay, .opts, .list],
    "Do everything in a network namespace: a name, a process or a path",
    manual: """
      Do everything in this network namespace: one with a name that
      .Xr ip-netns 8
      gave it, that of a process by its number, or a path such as
      .Pa /proc/1/ns/net .
      Sockets are opened, interfaces are found and programs are run in it.
      Names are looked up from it too, but by the
      .Pa /etc/resolv.conf
      and
      .Pa /etc/hosts
      of this system, not those in
      .Pa /etc/netns .
      If there is no such namespace, the exit status is 69; entering one takes
      .Dv CAP_SYS_ADMIN ,
      and the exit status is 77 without it.
      By default it is the namespace of the process.
      """,
    variants: [
      Variant(
        .relay,
        manual: """
          Do everything in this network namespace: one with a name that
          .Xr ip-netns 8
          gave it, that of a process by its number, or a path such as
          .Pa /proc/1/ns/net .
          As an option of one side,
          .Ql ?netns=blue
          is about the socket of that side alone, so that a relay can join two namespaces that have no link.
          Names are looked up from it too, but by the
          .Pa /etc/resolv.conf
          and
          .Pa /etc/hosts
          of this system, not those in
          .Pa /etc/netns .
          If there is no such namespace, the exit status is 69; entering one takes
          .Dv CAP_SYS_ADMIN ,
          and the exit status is 77 without it.
          By default it is the namespace of the process.
          """)
    ],
    sets: [.connection { options, use in options.namespace = try use.networkNamespace() }])

  static let transparent = Option(
    "transparent", in: .socket, of: [.listen, .recv, .udpRecv, .relay],
    "Take what is sent to addresses of other hosts (IP_TRANSPARENT)",
    manual: """
      Take what is sent to addresses of other hosts and a firewall sends here by
      .Cm tproxy
      .Pq Dv IP_TRANSPARENT , IPV6_TRANSPARENT .
      The local address of a connection is then the one that its peer wanted.
      This takes
      .Dv CAP_NET_ADMIN
      or
      .Dv CAP_NET_RAW .
      """,
    sets: [.packets { packets, _ in packets.isTransparent = true }])

  static let asClient = Option(
    "as-client", in: .socket, of: .relay,
    "Connect to RIGHT from the address of the peer on the left",
    manual: """
      Connect to
      .Ar right
      from the address of the peer on the left, and from its port if that is free, so that the server sees the client and not
      the relay.
      The answers must be routed back to this host, and be delivered here; see
      .Sx TRANSPARENT RELAYS .
      If a header of the PROXY protocol names the client, it is the client's address.
      This takes
      .Dv CAP_NET_ADMIN
      or
      .Dv CAP_NET_RAW .
      By default the kernel chooses an address of this host.
      """,
    sets: [.connection { options, _ in options.isAsClient = true }])
}
