import Glibc
import SocketLoop
import Sockets

/// A socket that carries datagrams: many with one call, where many wait.
///
/// What recvmmsg(2) brought is handed out one by one by ``receive(until:)``, or all at once by ``receiveVectors(from:)``.
/// Its memory is taken once.
@LoopActor
package final class DatagramSocket: DatagramChannel {
  /// One that was received.
  package struct Datagram {
    /// Valid until the next one is received.
    package let bytes: UnsafeRawBufferPointer
    /// How long it was: more than `bytes` where it did not fit.
    package let length: Int
    /// Who sent it.
    package let peer: SocketAddress
    /// The control messages that came with it, as recvmmsg(2) wrote them.
    ///
    /// Empty unless room was asked for. Valid as `bytes` are.
    package let control: UnsafeRawBufferPointer
    /// Whether a part of it is lost.
    package var isTruncated: Bool { length > bytes.count }
    /// What an answer is sent with so that it comes from the address that was asked; nil where the kernel is to choose.
    ///
    /// Only where ``DatagramSocket/noteDestinations()`` has asked for it.
    package let answerSource: PacketInfo?
    /// Whether descriptors came with it, which somebody has to close.
    package let holdsDescriptors: Bool
  }

  /// The socket.
  package nonisolated let connection: AsyncSocket
  let descriptor: Descriptor
  private let passesDescriptors: Bool
  private var batch: DatagramBatch
  /// What is handed out next: a message of the batch, and a place in it.
  private var next = (message: 0, offset: 0)
  private var turns = 0
  /// Whether the kernel cuts runs into datagrams (`UDP_SEGMENT`), as far as we know.
  var canSegment: Bool

  /// UDP's longest is 65,527 bytes (over IPv6); a Unix datagram may have what the sender's buffer takes, 212,960 bytes
  /// unless it was changed.
  package static let capacity = 262_144

  /// Whether the kernel holds something for it.
  package func isReadable() throws(SystemError) -> Bool { try descriptor.isReady(.readable) }

  /// Where messages go that are sent without an address; nil for the connected peer.
  private(set) var destination: SocketAddress?
  /// From which of our addresses they go; nil for the kernel's choice.
  private(set) var source: PacketInfo?
  /// Whether answers come from other addresses than the one that is sent to: it is that of many.
  private let isAnsweredByMany: Bool
  /// Whether ``noteDestinations()`` was called with an effect, and the one of the message that is handed out.
  private var tellsDestinations = false
  private var answerSource: PacketInfo?
  /// Whether it has set the option.
  private var notesDestinations = false
  /// Told of what stands among messages of SCTP and is none, and whose association it is about.
  package var didNotify: @LoopActor (SCTPNotification, SocketAddress) -> Void = { _, _ in }
  private let mayNotify: Bool

  /// The latest error that was reported, and who reported it; nil where there was none.
  package private(set) var report: ExtendedError?
  /// The latest that was of the moment, where nothing has come since: what was sent has not arrived.
  package private(set) var unanswered: ExtendedError?

  /// Takes room for received datagrams. Only pages that are written to count as memory.
  ///
  /// - Parameters:
  ///   - peer: whom it was connected to, for sockets that want the address on every send all the same.
  ///   - coalesces: asks for `UDP_GRO`: the kernel then may hand over many datagrams of one sender as one, which is cut
  ///     again here. Not for a socket that others hold too: it would be set for them.
  ///   - controlSize: room for control messages of each datagram, in bytes.
  ///   - isAnsweredByMany: the peer's address is a group's, or that of everybody, and the socket is not connected to it.
  ///   - source: from which of our addresses, by which interface, everything goes that is sent to the peer.
  package init(
    _ connection: AsyncSocket, peer: SocketAddress? = nil, coalesces: Bool = false, controlSize: Int = 0,
    isAnsweredByMany: Bool = false, source: PacketInfo? = nil
  ) {
    self.connection = connection
    self.isAnsweredByMany = isAnsweredByMany
    self.source = source
    let isAddressed = isAnsweredByMany || source != nil || connection.socket.traits.contains(.addressesEachSend)
    destination = isAddressed ? peer : nil
    descriptor = Descriptor(connection.socket.descriptor)
    passesDescriptors = connection.socket.passesDescriptors
    mayNotify = connection.socket.protocolNumber == .sctp
    let isUDP = connection.socket.isUDP
    canSegment = isUDP
    if isUDP, coalesces { try? connection.socket.set(.coalescing, to: true) }
    // Also where somebody else asked for UDP_GRO datagrams are told apart; and descriptors that were passed are taken and
    // closed here, so that somebody can say so.
    batch = DatagramBatch(
      capacity: isUDP ? 32 : 8, datagramSize: isUDP ? 65_536 : Self.capacity,
      controlSize: controlSize + connection.socket.usualControlSize)
  }

  /// The socket's own address, with that of ``source`` in the place of every address of this host; nil where it has none.
  package var localAddress: SocketAddress? {
    guard let local = try? connection.socket.localAddress() else { return nil }
    guard let source, !source.local.isWildcard, IPAddress(local)?.isWildcard == true else { return local }
    return SocketAddress(source.local, port: local.port ?? 0)
  }

  /// Has what is sent without an address go to this peer from now on.
  ///
  /// Calls `connect(2)`, or keeps the address where the socket does not connect.
  package func aim(at peer: SocketAddress) throws(SystemError) {
    let traits = connection.socket.traits
    if traits.contains(.addressesEachSend) {
      destination = peer
    } else if !traits.contains(.bindsToPeer) {
      _ = try connection.socket.connect(to: peer)
      // From now on they are always the same.
      if notesDestinations { try? connection.socket.set(.receivePacketInfo(connection.socket.family), to: false) }
      tellsDestinations = false
      answerSource = nil
    }
  }

  /// The same without `connect(2)`, which would have the kernel choose our address, and take in only what is sent to that
  /// one.
  ///
  /// - Parameter source: from which address of ours it is to go.
  package func aim(at peer: SocketAddress, from source: PacketInfo?) {
    destination = peer
    self.source = source
    // Where nobody listens any more is told to an unconnected socket only if it asks.
    try? connection.socket.set(.receiveErrors(connection.socket.family), to: true)
  }

  /// Has every datagram tell to which of our addresses it was sent, so that its answer can come from there
  /// (``Datagram/answerSource``): `IP_PKTINFO`, `IPV6_RECVPKTINFO`.
  ///
  /// Nothing is asked for where the socket is bound to one address, or has none of IP.
  package func noteDestinations() {
    guard let local = try? connection.socket.localAddress(), IPAddress(local)?.isWildcard == true else { return }
    let option = TypedSocketOption<Bool>.receivePacketInfo(connection.socket.family)
    // Somebody else may have asked already, and wants to know on.
    tellsDestinations = true
    if (try? connection.socket.get(option)) == true { return }
    notesDestinations = (try? connection.socket.set(option, to: true)) != nil
  }

  /// Whether a message from this address may be an answer to what is sent to the peer.
  package func mayAnswer(_ sender: SocketAddress, for peer: SocketAddress) -> Bool {
    isAnsweredByMany || peer.isAnswered(by: sender)
  }

  /// Waits for the next datagram.
  package func receive(until deadline: MonotonicTime = .never) async throws(LoopError) -> Datagram {
    try await fill(until: deadline)
    while next.offset == 0, notes(next.message) {
      next.message += 1
      try await fill(until: deadline)
    }
    let message = batch.bytes(at: next.message)
    let peer = connection.socket.sender(batch.address(at: next.message))
    let control = batch.control(at: next.message)
    // Those that the kernel put together were sent to one address.
    if tellsDestinations, next.offset == 0 { answerSource = PacketInfo(in: control)?.forAnswer }
    let holdsDescriptors = passesDescriptors && ReceivedControl.holdsDescriptors(control)
    guard let size = batch.segmentSize(at: next.message), message.count > size else {
      let header = connection.socket.headerLength(of: message)
      let length = batch.length(at: next.message) - header
      next = (next.message + 1, 0)
      return Datagram(
        bytes: UnsafeRawBufferPointer(rebasing: message[header...]), length: length, peer: peer, control: control,
        answerSource: answerSource, holdsDescriptors: holdsDescriptors)
    }
    let bytes = UnsafeRawBufferPointer(rebasing: message.dropFirst(next.offset).prefix(size))
    next.offset += bytes.count
    if next.offset == message.count { next = (next.message + 1, 0) }
    return Datagram(
      bytes: bytes, length: bytes.count, peer: peer, control: control, answerSource: answerSource,
      holdsDescriptors: holdsDescriptors)
  }

  /// Waits for datagrams, and gives all that came, one behind the other, for one writev(2): where nobody asks where one
  /// ends.
  ///
  /// - Parameter peer: those of others are left out; nil for those of everybody.
  /// - Returns: valid until the next one is received, and how many bytes they are.
  package func receiveVectors(
    from peer: SocketAddress?
  ) async throws(LoopError) -> (vectors: UnsafeMutableBufferPointer<iovec>, count: Int) {
    try await fill(until: .never)
    let vectors = batch.vectors(from: next.message, offset: next.offset)
    for index in vectors.indices {
      if notes(next.message + index) {
        vectors[index].iov_len = 0
        continue
      }
      let vector = vectors[index]
      let header = connection.socket.headerLength(
        of: UnsafeRawBufferPointer(start: vector.iov_base, count: vector.iov_len))
      vectors[index].iov_base += header
      vectors[index].iov_len -= header
      guard let peer else { continue }
      let sender = connection.socket.sender(batch.address(at: next.message + index))
      if !mayAnswer(sender, for: peer) { vectors[index].iov_len = 0 }
    }
    next = (batch.count, 0)
    return (vectors, vectors.reduce(0) { $0 + $1.iov_len })
  }

  /// Waits for datagrams, counts all that came, and writes it to a stream of bytes.
  package func receive(into output: DescriptorStream, counting flow: Flow) async throws(LoopError) {
    let (vectors, count) = try await receiveVectors(from: nil)
    flow.moved(vectors, count: count)
    try await output.writeInTurn(vectors, count: count)
  }

  /// Whether a message is no data: then it is told of.
  private func notes(_ index: Int) -> Bool {
    guard mayNotify, batch.isNotification(at: index) else { return false }
    didNotify(SCTPNotification([UInt8](batch.bytes(at: index))), batch.address(at: index))
    return true
  }

  /// Has something to hand out, at last.
  private func fill(until deadline: MonotonicTime) async throws(LoopError) {
    if next.message < batch.count { return }
    next = (0, 0)
    turns &+= 1
    // A sender that never pauses must not keep everything else from its turn.
    if turns & 7 == 0 { await Task.yield() }
    while true {
      do throws(SystemError) {
        if case .moved = try connection.socket.receiveBatch(into: &batch, flags: [.doNotWait, .truncated]) {
          unanswered = nil
          return
        }
      } catch {
        throw .system(error)
      }
      try await connection.watch.readable(until: deadline)
    }
  }

  /// Whether a call failed only by ICMP messages that end no exchange, as the way to the peer may soon be open again.
  ///
  /// They stay in ``unanswered`` until something comes. Takes all reports that are there: those that stay would have every
  /// wait end at once.
  package func isPassing(_ error: SystemError) -> Bool {
    let reports = takeReports()
    let isPassing = !reports.isEmpty && error.number != .connectionRefused && reports.allSatisfy(\.isOfTheMoment)
    if isPassing { unanswered = report }
    return isPassing
  }

  /// The latest report of an error, once all that are there have been taken; nil where there was none.
  package func latestReport() -> ExtendedError? {
    _ = takeReports()
    return report
  }

  /// Takes the reports out of the socket's error queue, which `IP_RECVERR` fills: of ICMP errors, and of errors of this host.
  private func takeReports() -> [ExtendedError] {
    var reports: [ExtendedError] = []
    // They are as many as the receive buffer has room for.
    while reports.count < 1024, let queued = try? connection.socket.nextQueuedError() { reports.append(queued.error) }
    if let last = reports.last { report = last }
    return reports
  }

  /// The error that the kernel holds for the socket; nil if there is none.
  package func pendingError() -> ErrorNumber? { (try? connection.socket.pendingError()) ?? nil }

  /// Ends every wait on the socket.
  package func close() { connection.close() }
}
