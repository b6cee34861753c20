import SocketLoop
import Sockets

/// Sets a socket up before it connects or listens: defaults, the user's options, the local address.
@LoopActor
struct SocketPreparation {
  let transport: Transport
  let options: [SocketOptionAssignment]
  let reporter: EventReporter
  var packets = PacketOptions()
  var settings: [ProtocolSetting] = []
  /// How many connections may wait on a socket that listens; nil for the usual number.
  var backlog: Int?
  /// The network namespace of the sockets; nil for that of the process.
  var namespace: NetworkNamespace?

  /// The interface that sockets are bound to; nil for none.
  var interface: UInt32? { packets.interface ?? options.interface }

  /// The same preparation for the transport of an inherited socket.
  func of(_ socket: borrowing Socket) -> SocketPreparation {
    SocketPreparation(
      transport: socket.transport, options: options, reporter: reporter, packets: packets, settings: settings,
      backlog: backlog, namespace: namespace)
  }

  /// Sets what the verb needs, then what the user asked for, so that nothing overrides the user, and binds a client to
  /// its local address. For a listener, call ``report(_:)`` when it is bound.
  ///
  /// - Parameters:
  ///   - source: the local address of a client; nil to leave it to the kernel.
  ///   - listens: whether the socket is going to be bound to an address that others send or connect to.
  /// - Throws: the error of the option, or of the local address, that the kernel refused.
  func prepare(
    _ socket: borrowing Socket, source: SocketAddress? = nil, listens: Bool = false
  ) throws(SystemError) {
    try setDefaults(of: socket, source: source, listens: listens)
    if transport.isOverIP {
      try packets.apply(to: socket, isDatagram: [.datagram, .raw].contains(transport.type))
    }
    for setting in settings { try socket.set(setting) }
    for assignment in options { try apply(assignment, to: socket) }
    if let source { try socket.bind(to: source) }
    if !listens { report(socket) }
  }

  private func setDefaults(
    of socket: borrowing Socket, source: SocketAddress?, listens: Bool
  ) throws(SystemError) {
    try socket.setDefaultOptions()
    let hasFixedPort = source?.port.map { $0 != 0 } ?? false
    // A server restarts while connections of its predecessor are in TIME_WAIT.
    let restarts = listens && transport.isOverIP && transport.isConnectionOriented && transport.type != .datagram
    if hasFixedPort || restarts { try socket.set(.reuseAddress, to: true) }
    if listens { try socket.restrictToFamily() }
    if reporter.shows(.received) { DatagramFacts.request(on: socket) }
  }

  /// Whether an IPv6 socket for any address takes the IPv4 port, too: the user has switched `IPV6_V6ONLY` off.
  var servesBothFamilies: Bool {
    options.last { $0.option.name == "IPV6_V6ONLY" }?.value == .flag(false)
  }

  /// Sets only the user's options on an inherited socket: other processes may share it.
  ///
  /// - Parameter number: the socket's descriptor.
  func adjust(_ socket: borrowing Socket, number: CInt) throws(OperationError) {
    let isOverIP = socket.transport.isOverIP
    guard isOverIP || packets == PacketOptions() else {
      throw OperationError(.usage, "options about packets are for packets of IP: fd:\(number) has none")
    }
    let isDatagram = [.datagram, .raw].contains(socket.type)
    guard isDatagram || packets.groups.isEmpty && !packets.broadcast && packets.origin == nil else {
      throw OperationError(
        .usage, "groups, broadcasts and --from are for datagrams: fd:\(number) is no socket of those")
    }
    if let origin = packets.origin, origin.packetInfo(of: socket.family) == nil {
      throw OperationError(.usage, "--from \(origin): fd:\(number) is a socket of family \(socket.family.commonName)")
    }
    do throws(SystemError) {
      if isOverIP { try packets.apply(to: socket, isDatagram: isDatagram) }
      for setting in settings { try socket.set(setting) }
      for assignment in options { try apply(assignment, to: socket) }
      report(socket)
    } catch {
      throw OperationError(opening: error.about("\(error.subject) on fd:\(number)"), transport: transport)
    }
  }

  /// Reports what the kernel has made of the user's options. Other options and bind(2) may have changed them: binding an
  /// IPv6 socket to one address sets `IPV6_V6ONLY`.
  func report(_ socket: borrowing Socket) {
    for assignment in options where assignment.option.applies(to: transport, family: socket.family) {
      let got = try? socket.value(of: assignment.option)
      reporter.emit(.option) {
        $0.message =
          "\(assignment.option): asked \(assignment.value), got \(got.map { "\($0)" } ?? "(cannot be read)")"
      }
    }
  }

  private func apply(_ assignment: SocketOptionAssignment, to socket: borrowing Socket) throws(SystemError) {
    let option = assignment.option
    guard option.applies(to: transport, family: socket.family) else {
      // An IPv4 option is skipped on IPv6 sockets, and vice versa; an option of neither family is a mistake.
      let hasUse = transport.families.contains { option.applies(to: transport, family: $0) }
      reporter.emit(hasUse ? .option : .warning) {
        $0.message = "\(option) does not apply to \(hasUse ? "\(transport) over \(socket.family)" : "\(transport)")"
      }
      return
    }
    do throws(SystemError) {
      try socket.set(option, to: assignment.value)
    } catch {
      throw error.about("\(assignment)")
    }
  }
}

extension [SocketOptionAssignment] {
  /// The names of the options.
  var names: Set<String> { Set(map(\.option.name)) }
}

/// A congestion control without pacing for TCP and MPTCP connections within this host.
///
/// BBR spreads packets over the round-trip time. Over loopback that is microseconds, and pacing only slows the connection
/// down. `-o TCP_CONGESTION=…` keeps the user's choice.
@LoopActor
enum LoopbackCongestionControl {
  /// Whether new connections may have one that paces: false once one has been seen that has not.
  private static var mayPace = true

  /// Replaces BBR on a connection to this host, and reports the change.
  static func choose(for socket: borrowing Socket, options: [SocketOptionAssignment], record: ConnectionRecord) {
    guard socket.traits.contains(.choosesCongestionControl), record.peer.isLoopback,
      !options.contains(where: { $0.option.name == "TCP_CONGESTION" }),
      mayPace, let usual = try? socket.get(.congestionControl)
    else { return }
    // Connections to this host all have the same one, unless the user has chosen another.
    mayPace = usual.hasPrefix("bbr")
    if !mayPace { return }
    // The kernel decides which ones unprivileged processes may choose.
    for name in ["cubic", "reno"] {
      guard (try? socket.set(.congestionControl, to: name)) != nil else { continue }
      record.emit(.option) { $0.message = "TCP_CONGESTION: \(name), since \(usual) paces and the peer is this host" }
      return
    }
  }
}
