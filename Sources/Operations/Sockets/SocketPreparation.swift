import SocketLoop
import Sockets

/// Sets up each socket before it connects or is bound: the user's options, our defaults, the local address.
@LoopActor
struct SocketPreparation {
  let transport: Transport
  let options: [SocketOptionAssignment]
  let reporter: EventReporter
  var packets = PacketOptions()
  var settings: [ProtocolSetting] = []

  /// The only interface that the sockets go by; nil for any.
  var interface: UInt32? { packets.interface ?? options.interface }

  /// The same for a socket that says itself what it is.
  func of(_ socket: borrowing Socket) -> SocketPreparation {
    SocketPreparation(
      transport: socket.transport, options: options, reporter: reporter, packets: packets, settings: settings)
  }

  /// - Throws: what the kernel said of an option, or of the local address.
  func prepare(_ socket: borrowing Socket, source: SocketAddress? = nil) throws(SystemError) {
    try socket.setUsualOptions()
    if transport.isOverIP {
      try packets.apply(to: socket, isDatagram: [.datagram, .raw].contains(transport.type))
    }
    if reporter.shows(.received) { DatagramFacts.request(on: socket) }
    for setting in settings { try socket.set(setting) }
    for assignment in options { try apply(assignment, to: socket) }
    guard let source else { return }
    if source.port.map({ $0 != 0 }) == true { try socket.set(.reuseAddress, to: true) }
    try socket.bind(to: source)
  }

  /// Sets on a socket that was inherited what the user asks for, and nothing else: others have it too.
  ///
  /// - Parameter number: its descriptor.
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
      throw OperationError(.usage, "--from \(origin): fd:\(number) is a socket of \(socket.family.commonName)")
    }
    do throws(SystemError) {
      if isOverIP { try packets.apply(to: socket, isDatagram: isDatagram) }
      for setting in settings { try socket.set(setting) }
      for assignment in options { try apply(assignment, to: socket) }
    } catch {
      throw OperationError(opening: error.about("\(error.subject) on fd:\(number)"), transport: transport)
    }
  }

  private func apply(_ assignment: SocketOptionAssignment, to socket: borrowing Socket) throws(SystemError) {
    let option = assignment.option
    guard option.applies(to: transport, family: socket.family) else {
      // An option of one of the two families is passed over by attempts of the other; one of neither is a mistake.
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
    let got = try? socket.value(of: option)
    reporter.emit(.option) {
      $0.message = "\(option): asked \(assignment.value), got \(got.map { "\($0)" } ?? "(cannot be read)")"
    }
  }
}
