import Operations
import Sockets

// Which local addresses and interfaces a socket uses, and which destinations it may reach.
extension Option {
  static let addresses = [source, sourcePort, from, interface, group, broadcast, mode, of]

  static let source = Option(
    "source", "s", .required("ADDRESS"), in: .address, of: [.clients, .wait, .probes, .bench], common: .probes,
    "Send from this local address (default: the kernel's choice)",
    manual: """
      Send from this local address; for a Unix socket a path, or
      .Cm @ Ns Ar name .
      By default the kernel chooses.
      """,
    variants: [
      Variant(
        .probes,
        manual: """
          Send from this local address.
          By default the kernel chooses.
          """)
    ],
    sets: [
      .connection { options, use in
        guard use.text != "" else { throw OperationError.usage("\(use) needs a local address or a name") }
        options.sourceHost = use.text
      },
      .probe { target, use in target.source = use.text },
    ])

  static let sourcePort = Option(
    "source-port", "p", .required("PORT"), in: .address, of: [.clients, .bench],
    "Send from this local port (default: the kernel's choice)",
    manual: """
      Send from this local port, a number or a service name.
      By default the kernel chooses.
      """,
    variants: [
      Variant(
        .bench,
        manual: """
          Send from this local port, a number or a service name; for a single stream only.
          By default the kernel chooses.
          """)
    ],
    sets: [.connection { options, use in options.sourcePort = try use.port() }])

  static let from = Option(
    "from", nil, .required("ORIGIN"), in: .address, of: .clients,
    "Send datagrams from ADDRESS, ADDRESS@INTERFACE or @INTERFACE",
    manual: """
      Set the source of each datagram
      .Pq Dv IP_PKTINFO , IPV6_PKTINFO :
      .Ar address ,
      .Ar address Ns @ Ns Ar interface ,
      or
      .Pf @ Ar interface .
      Unlike
      .Fl -source
      and
      .Fl -interface ,
      this does not bind the socket, which still receives answers sent to any address of this host.
      If this host does not have the address, the exit status is 71.
      Implies UDP unless another transport is given.
      By default the kernel chooses.
      """,
    sets: [
      .packets { packets, use in
        do throws(PacketOrigin.TextError) {
          packets.origin = try PacketOrigin(use.text ?? "")
        } catch {
          throw OperationError.usage("\(use): \(error)")
        }
      }
    ])

  static let interface = Option(
    "interface", nil, .required("NAME"), in: .address, of: [.transfers, .wait, .probes],
    "Send and receive through this interface only (default: any)",
    manual: """
      Send and receive through this network interface only, given by name or index.
      By default the routing table chooses where packets leave, and they may arrive through any interface.
      Datagrams to a multicast group need it if no route leads to the group.
      For an IPv6 group,
      .Cm ff02::1%eth0
      names the interface too.
      """,
    completion: .interface,
    sets: [
      .packets { packets, use in
        guard let index = NetworkInterface.index(naming: use.text ?? "") else {
          throw OperationError.usage("\(use): \(NetworkInterface.complaint(about: use.text ?? ""))")
        }
        packets.interface = index
      }
    ])

  static let group = Option(
    "group", nil,
    .required("GROUP", mdoc: #"Ar group Ns Oo Cm @ Ns Ar interface Oc Ns Op Cm \&, Ns Ar source"#),
    in: .address, of: [.listen, .recv, .udpRecv, .relay], common: .udpRecv,
    "Join a multicast group, GROUP[@INTERFACE][,SOURCE]; repeatable",
    manual: """
      Join an IPv4 or IPv6 multicast group, and receive what is sent to it:
      .Cm 239.1.2.3@lo ,
      .Cm ff15::7@eth0 .
      Without
      .Ar interface ,
      the routing table chooses one.
      With
      .Ar source ,
      only datagrams from that address are received:
      .Cm 232.1.2.3@eth0,192.0.2.1 .
      May be repeated.
      Groups that only other programs on this host have joined are not received; several programs may receive the same
      group on the same port.
      Implies UDP unless another transport is given.
      .Pp
      A name or a number without dots and colons is a group of users instead: the one that
      .Fl -user
      gives.
      """,
    variants: [
      Variant(
        .relay, "Once bound, become a member of GROUP (default: that of --user)",
        manual: """
          Once everything is bound, become a member of this group of users, given by name or number.
          The default is the group of
          .Fl -user .
          """, value: .required("GROUP"))
    ],
    repeats: true,
    sets: [
      .connection { options, use in if use.isGroupOfUsers { options.service.group = use.text } },
      .packets { packets, use in
        if use.isGroupOfUsers { return }
        do throws(GroupMembership.TextError) {
          packets.groups.append(try GroupMembership(use.text ?? ""))
        } catch {
          throw OperationError.usage("\(use): \(error)")
        }
      },
    ])

  static let broadcast = Option(
    "broadcast", in: .address, of: [.clients, .ping],
    "Allow sending to a broadcast address (implies UDP)",
    manual: """
      Allow datagrams to be sent to a broadcast address.
      Without this option the kernel refuses to send them, and the error message says so.
      Implies UDP unless another transport is given.
      """,
    variants: [
      Variant(
        .ping, "Allow HOST to be a broadcast address, which all its hosts may answer",
        manual: """
          Allow
          .Ar host
          to be a broadcast address.
          Without this option the kernel refuses one, and the error message says so.
          """)
    ],
    sets: [.packets { packets, _ in packets.broadcast = true }])

  static let mode = Option(
    "mode", nil, .required("MODE", mdoc: "Ar octal"), in: .address, of: [.listen, .recv, .udpRecv],
    "Set the Unix socket's permissions, in octal (default: by the umask)",
    manual: """
      Set the permission bits of the Unix socket's path, such as
      .Cm 600 .
      The default is what the umask allows.
      """,
    sets: [
      .listen { request, use in request.mode = try use.mode() },
      .datagramReceive { request, use in request.mode = try use.mode() },
    ])

  static let of = Option(
    "of", nil, .required("fd:N", mdoc: "Cm fd: Ns Ar n"), in: .address, of: .opts, common: .opts,
    "Query an inherited socket instead of a fresh one",
    manual: """
      Query the socket inherited as descriptor
      .Ar n ;
      .Ar name Ns = Ns Ar value
      sets an option of it.
      """)
}
