import Operations
import Sockets

// Socket options, and the header fields of packets and messages.
extension Option {
  static let socketSettings = [option, level, backlog, ttl, tos, sctpStream, sctpPPID, udpliteCoverage, dccpService]

  static let option = Option(
    "option", "o", .required("NAME=VALUE", mdoc: "Ar name Ns Op = Ns Ar value"), in: .socket,
    of: [.transfers, .wait, .probes, .bench], common: [.transfers, .bench],
    "Set a socket option (see sock opts); repeatable",
    manual: """
      Set a socket option, before bind or connect as the option requires.
      May be repeated; options are set in the order given, after those that
      .Nm
      sets by itself, which they override.
      Names and values are those of
      .Xr sock-options 7 ;
      with
      .Fl v
      both the requested value and the one the kernel settled on are shown.
      """,
    variants: [
      Variant(
        .ping, "Set a socket option on each probe's socket (see sock opts); repeatable",
        manual: """
          Set a socket option on the sockets of the probes; may be repeated.
          With
          .Ql -o IP_MTU_DISCOVER=do ,
          probes that are too long for the path fail rather than being fragmented.
          .Xr sock-options 7
          lists the options.
          """),
      Variant(
        .traceRoute, "Set a socket option on each probe's socket (see sock opts); repeatable",
        manual: """
          Set a socket option on the sockets of the probes; may be repeated.
          The option must exist on the kind of socket that sends the probes;
          .Xr sock-options 7
          lists them.
          """),
      Variant(
        .bench,
        manual: """
          Set a socket option before connecting, on every connection and on the sockets of
          .Cm datagrams ;
          may be repeated.
          See
          .Xr sock-options 7 .
          """),
    ],
    completion: .socketOption, repeats: true,
    sets: [
      .connection { options, use in options.socketOptions.append(try use.socketOption()) },
      .probe { target, use in target.socketOptions.append(try use.socketOption()) },
    ])

  static let level = Option(
    "level", nil, .required("LEVEL"), in: .socket, of: .opts, common: .opts,
    "Show the options of one level only: socket, ip, ipv6, tcp, udp …",
    manual: """
      Show only the options of this level, given by its C name, with or without the prefix, or its number:
      .Cm tcp , SOL_SOCKET .
      With a name that two levels have, choose the option of this one.
      """,
    completion: .choices { OptsCommand.levels.map(\.shortName) })

  static let backlog = Option(
    "backlog", nil, .required("N"), in: .socket, of: [.listen, .recv],
    "Let N connections wait to be accepted (default: 4096)",
    manual: """
      Let up to
      .Ar n
      connections, a number or
      .Dv SOMAXCONN ,
      wait until they are accepted: the second argument of
      .Xr listen 2 .
      The default is 4096; the kernel lowers it to
      .Va net.core.somaxconn .
      Of an inherited socket it changes only if this option is given.
      """,
    completion: .suggestions { ["SOMAXCONN"] },
    sets: [.connection { options, use in options.backlog = try use.backlog() }])

  static let ttl = Option(
    "ttl", nil, .required("HOPS"), in: .socket, of: [.senders, .datagrams, .ping], common: .ping,
    "Set the hop limit, 1 to 255 (default: the kernel's choice)",
    manual: """
      Limit packets to this many hops, 1 to 255, both to hosts and to multicast groups.
      The default is the kernel's choice: 64 to hosts, and 1 to groups, which stays on the local network.
      """,
    variants: [
      Variant(
        .ping, "Set the hop limit, 1 to 255 (default: the kernel's choice)",
        manual: """
          Limit probes to this many hops, 1 to 255.
          The default is the kernel's choice.
          """)
    ],
    sets: [.packets { packets, use in packets.hopLimit = try use.number(in: 1...255) }])

  static let tos = Option(
    "tos", nil, .required("CLASS"), in: .socket, of: [.senders, .datagrams, .probes],
    "Set DSCP and ECN: af21, ef, lowdelay … or 0 to 255 (default: 0)",
    manual: """
      Set the DSCP and ECN byte of outgoing packets: a name such as
      .Cm af21 ,
      .Cm ef
      or
      .Cm lowdelay ,
      or a number, 0 to 255.
      The default is 0.
      """,
    sets: [.packets { packets, use in packets.trafficClass = try use.trafficClass() }])

  static let sctpStream = Option(
    "sctp-stream", nil, .required("N"), in: .socket, of: [.senders, .udpSend],
    "SCTP: send on this stream, 0 to 65534 (default: 0)",
    manual: """
      Over SCTP, send every message on this stream, 0 to 65534.
      The default is 0.
      The peer is asked for as many streams as that requires.
      If it agrees to fewer, the exit status is 64, and the error message says how many there are.
      """,
    sets: [
      .connection { options, use in
        options.protocolSettings.append(.messageStream(UInt16(try use.number(in: 0...65534))))
      }
    ])

  static let sctpPPID = Option(
    "sctp-ppid", nil, .required("N"), in: .socket, of: [.senders, .udpSend],
    "SCTP: set the payload protocol identifier (default: 0)",
    manual: """
      Over SCTP, set the payload protocol identifier of every message: 0 to 4294967295, in decimal, or in hexadecimal
      after
      .Cm 0x .
      The default is 0, which means unspecified.
      """,
    sets: [.connection { options, use in options.protocolSettings.append(.payloadProtocol(try use.payloadProtocol())) }]
  )

  static let udpliteCoverage = Option(
    "udplite-coverage", nil, .required("N"), in: .socket, of: .transfers,
    "UDP-Lite: checksum N bytes, or send=8,recv=20 (default: all)",
    manual: """
      Over UDP-Lite, set how many bytes of each datagram the checksum covers: 8 (the header) to 65535, or 0 for the whole
      datagram.
      Datagrams that arrive with less coverage are dropped.
      .Cm send= Ns Ar n
      or
      .Cm recv= Ns Ar n
      sets one direction only; both may be given, separated by a comma.
      By default the checksum covers all of each datagram sent, and datagrams with any coverage are accepted.
      """,
    variants: [
      Variant(
        [.recv, .udpRecv],
        manual: """
          Over UDP-Lite, drop datagrams whose checksum covers fewer than
          .Ar n
          bytes: 8 (the header) to 65535, or 0 for the whole datagram.
          .Cm recv= Ns Ar n
          means the same;
          .Cm send= Ns Ar n
          sets another coverage for the datagrams that
          .Ic sock udp-recv Fl -echo
          sends back.
          By default datagrams with any coverage are accepted.
          """)
    ],
    sets: [.connection { options, use in options.protocolSettings += try use.coverage() }])

  static let dccpService = Option(
    "dccp-service", nil, .required("CODE"), in: .socket, of: .sessions,
    "DCCP: set the service code, SC:fdpz or a number (default: 0)",
    manual: """
      Over DCCP, set the service code, on which both ends must agree: a number, 0 to 4294967294, or a code in the
      notation of RFC 4340, such as
      .Cm SC:fdpz .
      The default is 0.
      A client whose code differs from the listener's exits with status 69.
      """,
    sets: [.connection { options, use in options.protocolSettings.append(.serviceCode(try use.serviceCode())) }])
}
