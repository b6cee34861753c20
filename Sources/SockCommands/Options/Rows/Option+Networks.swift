import Operations
import Sockets

// Which protocol a verb uses, and so which kind of socket.
extension Option {
  static let networks = [
    ipv4, ipv6, tcp, udp, icmp, unix, mptcp, sctp, dccp, udplite, family, type, `protocol`, address,
  ]

  static let ipv4 = Option(
    "ipv4", "4", in: .network, of: [.transfers, .relay, .wait, .probes, .bench, .resolve, .opts], common: .all,
    "Use IPv4 only",
    manual: "Use IPv4 only.",
    excludes: [.with("ipv6", "without either, both families are used")])

  static let ipv6 = Option(
    "ipv6", "6", in: .network, of: [.transfers, .relay, .wait, .probes, .bench, .resolve, .opts], common: .all,
    "Use IPv6 only",
    manual: "Use IPv6 only.")

  static let tcp = Option(
    "tcp", in: .network, of: .probes, common: .probes,
    "Probe with connections to PORT",
    manual: """
      Probe with connections to
      .Ar port ,
      which may also be written before the host.
      """,
    variants: [Variant(.ping, "Time connections to PORT; a refusal counts as an answer")])

  static let udp = Option(
    "udp", "u", in: .network, of: [.sessions, .wait, .probes, .resolve], common: .all,
    "Use UDP instead of TCP",
    manual: "Use UDP instead of TCP.",
    variants: [
      Variant(
        .ping, "Time datagrams to PORT; 'port unreachable' counts as an answer",
        manual: """
          Probe with datagrams to
          .Ar port .
          """),
      Variant(
        .traceRoute, "Probe with datagrams (default); all of them to PORT if given",
        manual: "Probe with datagrams, which is the default."),
      Variant(
        .resolve, "Look up the service for UDP (default: TCP)",
        manual: "Look up the service as a UDP service; the default is TCP."),
    ],
    sets: [.resolve { request, _ in request.transport = .udp }])

  static let icmp = Option(
    "icmp", in: .network, of: .traceRoute, common: .traceRoute,
    "Probe with ICMP echo requests",
    manual: "Probe with ICMP echo requests.")

  static let unix = Option(
    "unix", "U", in: .network, of: [.transfers, .wait, .bench], common: [.transfers, .wait, .bench],
    "Use a Unix socket; the endpoint is one word, a path or @NAME",
    manual: """
      Use a Unix socket.
      The endpoint is then a single word: a path, or
      .Cm @ Ns Ar name
      for an abstract name.
      The type is stream unless
      .Fl -type
      says otherwise.
      """,
    variants: [
      Variant(
        .datagrams, "Use a Unix datagram socket; the endpoint is one word, a path or @NAME",
        manual: """
          Use a Unix datagram socket.
          The endpoint is then a single word: a path, or
          .Cm @ Ns Ar name
          for an abstract name.
          """),
      Variant(
        .bench,
        manual: """
          Use a Unix stream socket.
          The endpoint is then a single word: a path, or
          .Cm @ Ns Ar name
          for an abstract name.
          """),
    ])

  static let mptcp = Option(
    "mptcp", in: .network, of: [.sessions, .wait, .bench], "Use Multipath TCP", manual: "Use Multipath TCP.")

  static let sctp = Option(
    "sctp", in: .network, of: [.sessions, .wait, .bench], "Use SCTP", manual: "Use SCTP, with one-to-one sockets.")

  static let dccp = Option("dccp", in: .network, of: [.sessions, .wait], "Use DCCP", manual: "Use DCCP.")

  static let udplite = Option(
    "udplite", in: .network, of: [.transfers, .wait], "Use UDP-Lite", manual: "Use UDP-Lite.")

  static let family = Option(
    "family", nil, .required("FAMILY"), in: .network, of: [.transfers, .wait],
    "Use an address family: inet, AF_CAN, 29 … (default: the endpoint's)",
    manual: """
      Use this address family, given by its C name or number:
      .Cm inet , AF_CAN , 29 .
      .Xr sock-families 1
      lists them.
      The endpoint is then an address of that family, with or without the transport in front of it; see
      .Sx SOCKETS BY NUMBER
      in
      .Xr sock 1 .
      By default the family follows from the endpoint; for a host and port it is IPv4 or IPv6.
      """,
    completion: .suggestions { shortNames(AddressFamily.names) })

  static let type = Option(
    "type", nil, .required("TYPE"), in: .network, of: [.transfers, .wait, .opts], common: .opts,
    "Use a socket type: stream, dgram, seqpacket, raw, rdm, dccp or a number",
    manual: """
      Use this socket type, given by its C name or number:
      .Cm stream , dgram , seqpacket , raw , rdm
      or
      .Cm dccp .
      With
      .Fl -unix ,
      .Cm dgram
      and
      .Cm seqpacket
      select the other kinds of Unix sockets.
      The default is the type of the transport:
      .Cm dgram
      for UDP, otherwise
      .Cm stream .
      """,
    variants: [
      Variant(
        .datagrams, "Use a socket type: dgram, seqpacket, raw, rdm or a number",
        manual: """
          Use this socket type, given by its C name or number:
          .Cm dgram , seqpacket , raw
          or
          .Cm rdm .
          The default is the type of the transport, which for UDP is
          .Cm dgram .
          """),
      Variant(
        .opts, "Query this kind of socket: tcp, udp, unix, raw, sctp … (default: any)",
        manual: """
          Query this kind of socket, and list only its options:
          .Cm tcp , udp , unix , unix-dgram , unix-seqpacket , udplite , mptcp , sctp ,
          .Cm sctp-seqpacket , dccp , raw , ping , vsock , vsock-seqpacket , netlink , packet ,
          .Cm packet-dgram , tipc , tipc-seqpacket , tipc-rdm , tipc-dgram , can
          or
          .Cm alg .
          By default each option is queried on the first kind of socket that has it.
          """,
        value: .required("KIND"), completion: .choices { SocketKind.all.map(\.name) }),
    ],
    completion: .suggestions { shortNames(SocketType.names) })

  static let `protocol` = Option(
    "protocol", nil, .required("PROTOCOL"), in: .network, of: [.transfers, .wait],
    "Use a protocol: mptcp, IPPROTO_UDP, 262 … (default: the transport's)",
    manual: """
      Use this protocol, given by its C name, its name in
      .Xr protocols 5
      or its number:
      .Cm mptcp , IPPROTO_UDP , ospf , 262 .
      The default is the protocol of the transport.
      """,
    completion: .suggestions { shortNames(TransportProtocol.names) })

  static let address = Option(
    "address", nil, .required("HEX"), in: .network, of: .transfers,
    "With --family: the bytes after sa_family, such as 044c7f000001",
    manual: """
      With
      .Fl -family ,
      and instead of an endpoint, use this address: the bytes that follow
      .Va sa_family
      in the C struct, as pairs of hexadecimal digits, optionally separated by spaces or colons.
      .Cm 044c7f000001
      is 127.0.0.1:1100.
      """)

  /// The short forms of C names: `inet` for `AF_INET`.
  private static func shortNames(_ names: [(value: CInt, name: String)]) -> [String] {
    names.map { name in
      let parts = name.name.split(separator: "_", maxSplits: 1)
      return String(parts.last ?? "").lowercased()
    }
  }
}
