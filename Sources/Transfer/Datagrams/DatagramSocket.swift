import Glibc
import SocketLoop
import Sockets

/// A socket that sends and receives datagrams, many per call where possible.
///
/// The datagrams that recvmmsg(2) returned are handed out one by one by ``receive(until:)``, or all at once by
/// ``receiveVectors(from:)``. The memory is allocated once.
@LoopActor
package final class DatagramSocket: DatagramChannel {
  /// A received datagram.
  package struct Datagram {
    /// The payload. Valid until the next receive.
    package let bytes: UnsafeRawBufferPointer
    /// The length of the datagram as sent: more than `bytes.count` if it did not fit.
    package let length: Int
    /// Who sent it.
    package let peer: SocketAddress
    /// The control messages that came with it, as recvmmsg(2) stored them.
    ///
    /// Empty unless room was requested. Valid as long as `bytes`.
    package let control: UnsafeRawBufferPointer
    /// Whether part of it was cut off.
    package var isTruncated: Bool { length > bytes.count }
    /// What to send an answer with, so that it comes from the address that the datagram was sent to; nil to let the
    /// kernel choose.
    ///
    /// Always nil unless ``DatagramSocket/noteDestinations()`` was called.
    package let answerSource: PacketInfo?
    /// Whether descriptors came with it, which the caller must close.
    package let holdsDescriptors: Bool
  }

  /// The socket.
  package nonisolated let connection: AsyncSocket
  let descriptor: Descriptor
  private let passesDescriptors: Bool
  private var batch: DatagramBatch
  /// What to hand out next: a message of the batch, and an offset in it.
  private var next = (message: 0, offset: 0)
  private var turns = 0
  /// Where ``takeAlike(after:)`` puts datagrams together.
  private var alike: RawBuffer?
  /// Whether the kernel splits runs into datagrams (`UDP_SEGMENT`), as far as we know.
  var canSegment: Bool

  /// The largest datagram that is received whole. UDP's maximum is 65,527 bytes (over IPv6); a Unix datagram is limited
  /// by the sender's buffer, to 212,960 bytes by default.
  package static let capacity = 262_144

  /// Whether something can be received without waiting.
  package func isReadable() throws(SystemError) -> Bool { try descriptor.isReady(.readable) }

  /// Where datagrams go that are sent without an address; nil for the connected peer.
  private(set) var destination: SocketAddress?
  /// Which of our addresses they are sent from; nil lets the kernel choose.
  private(set) var source: PacketInfo?
  /// Whether answers come from other addresses than the one sent to, because that is a multicast or broadcast address.
  private let isAnsweredByMany: Bool
  /// Whether ``noteDestinations()`` took effect.
  private var tellsDestinations = false
  /// The answer source for the datagrams of the message being handed out.
  private var answerSource: PacketInfo?
  /// Whether it was this object that set the option.
  private var notesDestinations = false
  /// Called with each notification of SCTP, and the address of the association it is about.
  package var didNotify: @LoopActor (SCTPNotification, SocketAddress) -> Void = { _, _ in }
  private let mayNotify: Bool
  /// Who may send: given the sender and the control messages of a datagram. What others send is dropped unread; nil lets
  /// everybody in.
  package var admits: (@LoopActor (SocketAddress, UnsafeRawBufferPointer) -> Bool)?
  /// The names of the socket options that the user has set, which stay as they are.
  private let userOptions: Set<String>

  /// The latest reported error, and who reported it; nil if there was none.
  package private(set) var report: ExtendedError?
  /// The latest transient error, if nothing has been received since: what was sent has not arrived.
  package private(set) var unanswered: ExtendedError?

  /// Whether a refusal does not end an exchange: the next datagram may find a receiver.
  package var ignoresRefusals = false
  /// How many refusals were ignored.
  package private(set) var refusals = 0

  /// Allocates buffers for received datagrams. Untouched pages take up no memory.
  ///
  /// - Parameters:
  ///   - peer: the peer's address, for sockets that need it on every send even when connected.
  ///   - coalesces: enable `UDP_GRO`, with which the kernel may deliver many datagrams of one sender as one, to be
  ///     split again here. Do not use it on a socket that other processes share: it would be enabled for them too.
  ///   - controlSize: room for the control messages of each datagram, in bytes.
  ///   - isAnsweredByMany: the peer is a multicast or broadcast address, and the socket is not connected to it.
  ///   - source: the address and interface of ours to send from.
  ///   - userOptions: the names of the socket options that the user has set: they are not changed here.
  package init(
    _ connection: AsyncSocket, peer: SocketAddress? = nil, coalesces: Bool = false, controlSize: Int = 0,
    isAnsweredByMany: Bool = false, source: PacketInfo? = nil, userOptions: Set<String> = []
  ) {
    self.connection = connection
    self.userOptions = userOptions
    self.isAnsweredByMany = isAnsweredByMany
    self.source = source
    let isAddressed = isAnsweredByMany || source != nil || connection.socket.traits.contains(.addressesEachSend)
    destination = isAddressed ? peer : nil
    descriptor = Descriptor(connection.socket.descriptor)
    passesDescriptors = connection.socket.passesDescriptors
    mayNotify = connection.socket.protocolNumber == .sctp
    let isUDP = connection.socket.isUDP
    canSegment = isUDP
    if isUDP, coalesces, !userOptions.contains("UDP_GRO") { try? connection.socket.set(.coalescing, to: true) }
    // Always leave room for control messages: someone else may have enabled UDP_GRO, and datagrams must be told apart
    // then. Also, passed descriptors are received and closed here so that they can be reported.
    batch = DatagramBatch(
      capacity: isUDP ? 32 : 8, datagramSize: isUDP ? 65_536 : Self.capacity,
      controlSize: controlSize + connection.socket.usualControlSize)
  }

  /// The socket's own address, with a wildcard replaced by the address of ``source``; nil if it has no address.
  package var localAddress: SocketAddress? {
    guard let local = try? connection.socket.localAddress() else { return nil }
    guard let source, !source.local.isWildcard, IPAddress(local)?.isWildcard == true else { return local }
    return SocketAddress(source.local, port: local.port ?? 0)
  }

  /// Makes this the peer of everything that is sent without an address.
  ///
  /// Calls `connect(2)`, or only stores the address for sockets that do not connect.
  package func setPeer(_ peer: SocketAddress) throws(SystemError) {
    let traits = connection.socket.traits
    if traits.contains(.addressesEachSend) {
      destination = peer
    } else if !traits.contains(.bindsToPeer) {
      _ = try connection.socket.connect(to: peer)
      // A connected socket's own address no longer varies.
      if notesDestinations { try? connection.socket.set(.receivePacketInfo(connection.socket.family), to: false) }
      tellsDestinations = false
      answerSource = nil
    }
  }

  /// The same without `connect(2)`, which would let the kernel choose our address and then drop everything sent to any
  /// other.
  ///
  /// - Parameter source: which of our addresses to send from.
  package func setPeer(_ peer: SocketAddress, from source: PacketInfo?) {
    destination = peer
    self.source = source
    // An unconnected socket only learns that the peer is gone if it enables IP_RECVERR.
    guard userOptions.isDisjoint(with: ["IP_RECVERR", "IPV6_RECVERR"]) else { return }
    try? connection.socket.set(.receiveErrors(connection.socket.family), to: true)
  }

  /// Makes the kernel report to which of our addresses each datagram was sent, so that the answer can come from there
  /// (``Datagram/answerSource``): `IP_PKTINFO`, `IPV6_RECVPKTINFO`.
  ///
  /// Does nothing if the socket is bound to a specific address, or is not an IP socket.
  package func noteDestinations() {
    guard let local = try? connection.socket.localAddress(), IPAddress(local)?.isWildcard == true else { return }
    let option = TypedSocketOption<Bool>.receivePacketInfo(connection.socket.family)
    // If someone else has set the option, leave it set in the end.
    tellsDestinations = true
    if (try? connection.socket.get(option)) == true { return }
    guard userOptions.isDisjoint(with: ["IP_PKTINFO", "IPV6_RECVPKTINFO"]) else { return }
    notesDestinations = (try? connection.socket.set(option, to: true)) != nil
  }

  /// Whether a datagram from this address may be an answer to something sent to the peer.
  package func mayAnswer(_ sender: SocketAddress, for peer: SocketAddress) -> Bool {
    isAnsweredByMany || peer.isAnswered(by: sender)
  }

  /// Waits for the next datagram.
  package func receive(until deadline: MonotonicTime = .never) async throws(LoopError) -> Datagram {
    try await fill(until: deadline)
    while next.offset == 0, notes(next.message) || refuses(next.message) {
      next.message += 1
      try await fill(until: deadline)
    }
    let message = batch.bytes(at: next.message)
    let peer = connection.socket.sender(batch.address(at: next.message))
    let control = batch.control(at: next.message)
    // Datagrams that the kernel coalesced were all sent to the same address.
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

  /// A datagram and those after it in the batch that are of the same sender and size, copied back to back, so that one call
  /// sends them all; nil if there are none. Copying them costs less than as many calls.
  func takeAlike(after first: Datagram) -> UnsafeRawBufferPointer? {
    let size = first.bytes.count
    guard canSegment, next.offset == 0, next.message < batch.count, size > 0 else { return nil }
    let memory = alike ?? RawBuffer(count: Self.longestRun.bytes)
    alike = memory
    memory.count = 0
    guard size <= memory.bytes.count else { return nil }
    append(first.bytes, to: memory)
    var datagrams = 1
    while next.message < batch.count, datagrams < Self.longestRun.datagrams {
      let bytes = batch.bytes(at: next.message)
      guard isAlike(next.message, bytes, first), memory.count + bytes.count <= memory.bytes.count else { break }
      append(bytes, to: memory)
      next.message += 1
      datagrams += 1
      if bytes.count < size { break }
    }
    return datagrams == 1 ? nil : memory.copied
  }

  private func append(_ bytes: UnsafeRawBufferPointer, to memory: RawBuffer) {
    UnsafeMutableRawBufferPointer(rebasing: memory.bytes[memory.count...]).copyMemory(from: bytes)
    memory.count += bytes.count
  }

  /// Whether a message of the batch can follow a datagram in a run.
  private func isAlike(_ index: Int, _ bytes: UnsafeRawBufferPointer, _ first: Datagram) -> Bool {
    if bytes.isEmpty || bytes.count > first.bytes.count { return false }
    if let size = batch.segmentSize(at: index), bytes.count > size { return false }
    if connection.socket.sender(batch.address(at: index)) != first.peer { return false }
    return !tellsDestinations || PacketInfo(in: batch.control(at: index))?.forAnswer == answerSource
  }

  /// The bytes of a datagram and of those after it that the kernel coalesced with it; nil if there are none.
  func takeCoalesced(after first: Datagram) -> UnsafeRawBufferPointer? {
    guard next.offset > 0, next.message < batch.count else { return nil }
    let message = batch.bytes(at: next.message)
    let start = next.offset - first.bytes.count
    next = (next.message + 1, 0)
    return UnsafeRawBufferPointer(rebasing: message[start...])
  }

  /// Waits for datagrams, and returns all that have arrived, back to back, for one writev(2) to an output where their
  /// boundaries do not matter.
  ///
  /// - Parameter peer: only return datagrams from this address; nil for any.
  /// - Returns: vectors that are valid until the next receive, and their total byte count.
  package func receiveVectors(
    from peer: SocketAddress?
  ) async throws(LoopError) -> (vectors: UnsafeMutableBufferPointer<iovec>, count: Int) {
    try await fill(until: .never)
    let vectors = batch.vectors(from: next.message, offset: next.offset)
    for index in vectors.indices {
      if notes(next.message + index) || refuses(next.message + index) {
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

  /// Waits for datagrams, and writes all that have arrived to a byte stream.
  package func receive(into output: DescriptorStream, counting counter: ByteCounter) async throws(LoopError) {
    let (vectors, count) = try await receiveVectors(from: nil)
    counter.add(vectors, count: count)
    try await output.writeInTurn(vectors, count: count)
  }

  /// Whether a message is a notification rather than data. If so, reports it.
  private func notes(_ index: Int) -> Bool {
    guard mayNotify, batch.isNotification(at: index) else { return false }
    didNotify(SCTPNotification([UInt8](batch.bytes(at: index))), batch.address(at: index))
    return true
  }

  /// Whether a message comes from a peer that is not admitted. If so, descriptors that came with it are closed.
  private func refuses(_ index: Int) -> Bool {
    guard let admits else { return false }
    let control = batch.control(at: index)
    if admits(connection.socket.sender(batch.address(at: index)), control) { return false }
    if passesDescriptors, ReceivedControl.holdsDescriptors(control) { _ = ReceivedControl(control) }
    return true
  }

  /// Waits until there is a message to hand out.
  private func fill(until deadline: MonotonicTime) async throws(LoopError) {
    if next.message < batch.count { return }
    next = (0, 0)
    turns &+= 1
    // A sender that never pauses must not starve everything else.
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

  /// Whether a call failed only because of ICMP messages that do not end an exchange, as the path to the peer may soon
  /// work again.
  ///
  /// The latest stays in ``unanswered`` until something is received. This drains the error queue; reports left in it
  /// would end every wait immediately.
  package func isPassing(_ error: SystemError) -> Bool {
    let reports = takeReports()
    if ignoresRefusals, error.number == .connectionRefused {
      refusals += max(1, reports.count { $0.number == .connectionRefused })
      return true
    }
    let isPassing = !reports.isEmpty && error.number != .connectionRefused && reports.allSatisfy(\.isTransient)
    if isPassing { unanswered = report }
    return isPassing
  }

  /// Drains the error queue, and returns the latest report; nil if there was none.
  package func latestReport() -> ExtendedError? {
    _ = takeReports()
    return report
  }

  /// Drains the socket's error queue, which `IP_RECVERR` fills with ICMP errors and local errors.
  private func takeReports() -> [ExtendedError] {
    var reports: [ExtendedError] = []
    // The receive buffer bounds the queue, but reports may keep arriving while we drain it.
    while reports.count < 1024, let queued = try? connection.socket.nextQueuedError() { reports.append(queued.error) }
    if let last = reports.last { report = last }
    return reports
  }

  /// The socket's pending error (`SO_ERROR`); nil if there is none.
  package func pendingError() -> ErrorNumber? { (try? connection.socket.pendingError()) ?? nil }

  /// Closes the socket, which ends all waits on it.
  package func close() { connection.close() }
}
