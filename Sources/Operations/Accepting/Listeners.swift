import Glibc
import SocketLoop
import Sockets
import Transfer

/// The sockets of a local endpoint, one for each of its addresses: bound, and listening if peers connect.
@LoopActor
final class Listeners {
  private(set) var sockets: [AsyncSocket] = []
  private(set) var addresses: [SocketAddress] = []
  /// The endpoint, whose layers are opened over each accepted connection.
  let endpoint: Endpoint
  /// Who may come in; nil for everybody.
  let access: AccessList?
  private var file: UnixSocketFile?
  /// The only connection, if a service manager has accepted it and listens itself. Then there are no sockets.
  private(set) var connection: AsyncSocket?
  let reporter: EventReporter
  private let userOptions: Set<String>
  private let preparation: SocketPreparation

  init(
    _ endpoint: Endpoint, preparation: SocketPreparation, family: AddressFamily, mode: UInt32?,
    onlyLocal: Bool = false, access: AccessList? = nil, sharesPort: Bool = false, reporter: EventReporter
  ) async throws(OperationError) {
    let transport = preparation.transport
    self.sharesPort = sharesPort
    self.reporter = reporter
    self.endpoint = endpoint
    self.access = access
    userOptions = preparation.options.names
    self.preparation = preparation
    if let worker = Worker.current {
      // Bound, set up and reported by the process that has started this one.
      try adopt(worker.descriptors, nil)
      return
    }
    switch endpoint.target {
    case .descriptor(let number): try adopt([number], preparation)
    case .passed(let name): try adopt(try PassedSockets.numbers(named: name), preparation)
    case .internet, .written, .bytes:
      let resolver = EndpointResolver(
        transport: transport, family: endpoint.family(or: family), reporter: reporter,
        interface: preparation.interface, namespace: preparation.namespace)
      let wanted = try await resolver.addresses(endpoint, role: .local)
      try bind(
        onlyLocal ? wanted.map(\.onLoopback) : wanted, isWildcard: endpoint.isWildcard, preparation: preparation,
        mode: mode)
    }
    try join(preparation.packets)
    for (socket, address) in zip(sockets, addresses) {
      reporter.listening(address, transport: socket.socket.transport)
    }
  }

  /// Binds the endpoint of a request, with its options.
  convenience init(
    _ endpoint: Endpoint, transport: Transport, options: ConnectionOptions, mode: UInt32?, onlyLocal: Bool = false,
    reporter: EventReporter
  ) async throws(OperationError) {
    try await self.init(
      endpoint,
      preparation: SocketPreparation(
        transport: endpoint.transport ?? transport, options: options.socketOptions, reporter: reporter,
        packets: options.packets, settings: options.protocolSettings, backlog: options.backlog,
        namespace: options.namespace),
      family: options.family, mode: mode, onlyLocal: onlyLocal, access: options.access,
      sharesPort: options.service.workers != nil, reporter: reporter)
  }

  /// Joins each multicast group on every socket of its family. Throws if there is no such socket.
  private func join(_ packets: PacketOptions) throws(OperationError) {
    for membership in packets.groups where !sockets.contains(where: { $0.socket.family == membership.group.family }) {
      close()
      throw OperationError(
        .usage,
        "the group \(membership.group) is of \(membership.group.family.commonName), of which nothing is listened on here"
      )
    }
    do throws(OperationError) {
      for socket in sockets { try packets.join(socket.socket) }
    } catch {
      close()
      throw error
    }
  }

  /// Takes ownership of inherited sockets.
  ///
  /// - Parameter preparation: what is set on them; nil for nothing.
  private func adopt(_ numbers: [CInt], _ preparation: SocketPreparation?) throws(OperationError) {
    isInherited = true
    for number in numbers {
      if mayBeConnection(number), numbers.count == 1 {
        connection = try adoptConnection(number)
        return
      }
      let socket: AsyncSocket
      do throws(SystemError) {
        socket = AsyncSocket(try listeningSocket(number, preparation?.backlog))
      } catch {
        throw OperationError(.system, "fd:\(number): \(error)", errorNumber: error.number)
      }
      sockets.append(socket)
      try preparation?.of(socket.socket).adjust(socket.socket, number: number)
    }
    guard Set(sockets.map { $0.socket.traits.contains(.messages) }).count == 1 else {
      throw OperationError(
        .usage,
        "\(endpoint): there are sockets for connections and for datagrams: name one kind by FileDescriptorName=, and write"
          + " systemd:NAME")
    }
  }

  /// Whether a socket was accepted by a service manager on our behalf: `Accept=yes`, or `nowait` of inetd.
  private func mayBeConnection(_ number: CInt) -> Bool {
    let isPassed = if case .passed = endpoint.target { true } else { number == PassedSockets.ofStandardInput }
    return isPassed && Descriptor(number).isConnectedStream
  }

  private func adoptConnection(_ number: CInt) throws(OperationError) -> AsyncSocket {
    do throws(SystemError) {
      let socket = try Socket.adopt(number)
      try socket.setBlockingMode(.nonBlocking)
      return AsyncSocket(socket)
    } catch {
      throw OperationError(.system, "fd:\(number): \(error)", errorNumber: error.number)
    }
  }

  /// - Parameter backlog: a new length of its queue, which listen(2) changes at any time; nil leaves it.
  private func listeningSocket(_ number: CInt, _ backlog: Int?) throws(SystemError) -> Socket {
    let socket = try Socket.adopt(number)
    if !socket.traits.contains(.messages), try !socket.get(.isListening) {
      throw SystemError(call: "accept4", number: .invalidArgument, subject: "on fd:\(number), which does not listen")
    }
    if let backlog { try socket.listen(backlog: backlog) }
    try socket.setBlockingMode(.nonBlocking)
    addresses.append(try socket.localAddress())
    return socket
  }

  private func bind(
    _ wanted: [SocketAddress], isWildcard: Bool, preparation: SocketPreparation, mode: UInt32?
  ) throws(OperationError) {
    // One IPv6 socket then takes the IPv4 port, too.
    let dual = isWildcard && preparation.servesBothFamilies ? wanted.filter(\.canServeBothFamilies) : []
    let wanted = dual.isEmpty ? wanted : dual
    var attempts = 0
    while true {
      do throws(OperationError) {
        for address in wanted {
          // With port 0, all addresses get the port that the kernel chose for the first.
          let port = addresses.first?.port ?? address.port ?? 0
          try bindOne(address.with(port: port), isWildcard: isWildcard, preparation: preparation, mode: mode)
        }
        return
      } catch {
        let portWasOurs = wanted.count > 1 && wanted[0].port == 0 && error.errorNumber == .addressInUse
        attempts += 1
        close()
        guard portWasOurs, attempts < 32 else { throw error }
      }
    }
  }

  private func bindOne(
    _ address: SocketAddress, isWildcard: Bool, preparation: SocketPreparation, mode: UInt32?
  ) throws(OperationError) {
    let transport = preparation.transport
    let opened: AsyncSocket
    do throws(SystemError) {
      opened = AsyncSocket(
        try Socket.open(transport, family: address.family, mode: .nonBlocking, in: preparation.namespace))
      try preparation.prepare(opened.socket, listens: true)
    } catch {
      // A wildcard endpoint works with one family if the kernel lacks the other.
      if isWildcard, error.number == .familyNotSupported, !sockets.isEmpty { return }
      throw OperationError(opening: error, transport: transport)
    }
    if address.file != nil {
      file = try UnixSocketFile(binding: opened.socket, to: address, mode: mode)
    } else {
      do throws(SystemError) {
        try opened.socket.bind(to: address)
      } catch {
        if isWildcard, error.number == .addressNotAvailable, !sockets.isEmpty { return }
        var failure = OperationError(error, while: .binding)
        failure.message = "cannot listen on \(address): \(error.number)"
        failure.advice = ErrorCause.advice(on: error, transport: transport)
        if error.number == .addressNotAvailable, let row = ErrorCause.general(error) {
          failure.message += ": \(row.cause)"
          failure.advice = row.advice
        }
        throw failure.namingHolder(of: address, over: transport)
      }
    }
    // Not before: two servers on one port are a mistake, as long as they are not workers of one.
    if sharesPort, transport.isOverIP { try? opened.socket.set(.reusePort, to: true) }
    do throws(SystemError) {
      if transport.isConnectionOriented && transport.type != .datagram
        || transport.traits.contains(.listensForMessages)
      {
        // Accepted sockets inherit it: a peer that ends before its connection is accepted is reported, too.
        let isAsked = preparation.options.contains { $0.option.name.hasPrefix("SCTP_EVENT") }
        if transport.traits.contains(.describesMessages), reporter.shows(.received), !isAsked {
          try? opened.socket.requestNotifications(.shutdownOnly)
        }
        try opened.socket.listen(backlog: preparation.backlog ?? Socket.usualBacklog)
      }
      addresses.append(try opened.socket.localAddress())
      preparation.report(opened.socket)
    } catch {
      var failure = OperationError(error, while: .binding)
      if error.number == .addressInUse { failure.message = "cannot listen on \(address): \(error.number)" }
      throw failure.namingHolder(of: address, over: transport)
    }
    sockets.append(opened)
  }

  /// Whether further sockets are to be bound to the same addresses.
  private let sharesPort: Bool

  /// Further sockets at the same addresses, among which the kernel shares out the peers; nil where sockets cannot share an
  /// address, as those at a path or inherited ones.
  func siblings(_ options: ConnectionOptions) -> [AsyncSocket]? {
    guard sharesPort, !isInherited else { return nil }
    var siblings: [AsyncSocket] = []
    for (own, address) in zip(sockets, addresses) {
      guard own.socket.transport.isOverIP, let sibling = try? sibling(of: own.socket, at: address, options) else {
        for sibling in siblings { sibling.close() }
        return nil
      }
      siblings.append(sibling)
    }
    return siblings
  }

  private func sibling(
    of own: borrowing Socket, at address: SocketAddress, _ options: ConnectionOptions
  ) throws(SystemError) -> AsyncSocket {
    let preparation = SocketPreparation(
      transport: own.transport, options: options.socketOptions, reporter: .silent, packets: options.packets,
      settings: options.protocolSettings, backlog: options.backlog)
    let sibling = try Socket.open(own.transport, family: own.family, mode: .nonBlocking)
    try preparation.prepare(sibling, listens: true)
    try sibling.set(.reusePort, to: true)
    try sibling.bind(to: address)
    if own.transport.isConnectionOriented { try sibling.listen(backlog: options.backlog ?? Socket.usualBacklog) }
    return AsyncSocket(sibling)
  }

  /// The sockets as datagram sockets. UDP_GRO is not set on an inherited one: other processes may share it.
  func datagramSockets() -> [DatagramSocket] {
    // Coalesced datagrams share one arrival time: to report each one, receive them one by one.
    let controlSize = reporter.controlSize
    return sockets.map {
      let controlSize = needsCredentials(on: $0) ? max(controlSize, DatagramFacts.controlSize) : controlSize
      let socket = DatagramSocket(
        $0, coalesces: !isInherited && controlSize == 0, controlSize: controlSize, userOptions: userOptions)
      socket.didNotify = { [reporter] in reporter.notification($0, of: $1) }
      guardAccess(to: socket)
      return socket
    }
  }
  private var isInherited = false

  /// Whether peers have no connections: their messages come to the same sockets.
  var carriesMessages: Bool {
    sockets.first?.socket.traits.contains(.messages) == true && !endpoint.layers.contains(.dtls)
  }

  /// Opens another socket at the address of one for datagrams, for one peer.
  ///
  /// - Parameter source: the address of ours that the peer has sent to; nil if there is only one.
  func connected(
    to peer: SocketAddress, from source: PacketInfo?, beside listener: AsyncSocket
  ) throws(SystemError) -> AsyncSocket {
    let opened = AsyncSocket(
      try Socket.open(listener.socket.transport, family: listener.socket.family, mode: .nonBlocking))
    try preparation.prepare(opened.socket, listens: true)
    var local = try listener.socket.localAddress()
    if let source {
      local = SocketAddress(source.local, port: local.port ?? 0)
      if source.interface != 0 { local = local.with(scope: source.interface) }
    }
    // Only for this moment: at any other time no process may bind the port beside us.
    let isShared = try listener.socket.get(.reuseAddress)
    if !isShared { try listener.socket.set(.reuseAddress, to: true) }
    defer { if !isShared { try? listener.socket.set(.reuseAddress, to: false) } }
    try opened.socket.set(.reuseAddress, to: true)
    try opened.socket.bind(to: local)
    _ = try opened.socket.connect(to: peer)
    return opened
  }

  /// Closes all sockets but this one.
  func keepOnly(_ kept: AsyncSocket) {
    for socket in sockets where socket !== kept { socket.close() }
    sockets = [kept]
  }

  /// Leaves the sockets to others that refer to them, and keeps the file of a Unix socket.
  func forgetSockets() { sockets = [] }

  /// Stops listening, and removes the Unix socket's file.
  func close() {
    // Removed before the socket closes, so that no process can take the file for that of a dead socket.
    file?.remove()
    file = nil
    for socket in sockets { socket.close() }
    sockets = []
    addresses = []
  }
}

extension SocketAddress {
  /// The loopback address of the same family and port, for a wildcard address.
  fileprivate var onLoopback: SocketAddress {
    switch family {
    case .ipv4: .ipv4(.loopback, port: port ?? 0)
    case .ipv6: .ipv6(.loopback, port: port ?? 0)
    default: self
    }
  }
}
