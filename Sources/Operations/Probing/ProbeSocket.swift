import Glibc
import SocketLoop
import Sockets

/// A socket that sends probes, and receives their answers and the ICMP errors about them.
@LoopActor
final class ProbeSocket {
  enum Arrival {
    case data([UInt8], from: SocketAddress, hopLimit: Int?, age: Duration)
    case error(QueuedError, age: Duration)
    case failure(ErrorNumber)
  }

  let connection: AsyncSocket
  let peer: SocketAddress

  /// Whether answers may come from any host: the peer is a multicast group or a broadcast address.
  let isForGroup: Bool

  /// Opens a socket for the method, with the error queue, timestamps and hop limits enabled.
  ///
  /// - Parameter hops: overrides the hop limit that the user chose.
  init(
    _ target: ProbeTarget, to peer: SocketAddress, source: SocketAddress?, hops: Int? = nil
  ) throws(SystemError) {
    self.peer = peer
    isForGroup = peer.isMulticast || target.packets.broadcast
    let socket: Socket
    switch target.method {
    case .icmp: socket = try Socket.openEcho(peer.family, mode: .nonBlocking)
    case .tcp: socket = try Socket.open(.tcp, family: peer.family, mode: .nonBlocking)
    case .udp: socket = try Socket.open(.udp, family: peer.family, mode: .nonBlocking)
    }
    try socket.set(.receiveErrors(peer.family), to: true)
    try socket.set(.receiveTimestamps, to: true)
    if target.method != .tcp { try socket.set(.receiveHopLimit(peer.family), to: true) }
    var packets = target.packets
    packets.hopLimit = hops ?? packets.hopLimit
    try packets.apply(to: socket, isDatagram: target.method != .tcp)
    for assignment in target.socketOptions {
      do throws(SystemError) {
        try socket.set(assignment.option, to: assignment.value)
      } catch {
        throw error.about("\(assignment)")
      }
    }
    if let source { try socket.bind(to: source) }
    connection = AsyncSocket(socket)
  }

  func close() { connection.close() }

  /// Connects to the peer, unless it is a group: its members answer from addresses of their own.
  func connect() throws(SystemError) {
    if !isForGroup { _ = try connection.socket.connect(to: peer) }
  }

  /// Sends a probe.
  ///
  /// An ICMP error about an earlier probe makes the next call fail without sending; it is in the error queue as well.
  func send(_ bytes: [UInt8]) throws(SystemError) {
    var attempts = 3
    while true {
      do throws(SystemError) {
        // A full send buffer loses the probe, as a router would.
        if isForGroup {
          _ = try connection.socket.send(bytes.span, to: peer, flags: .doNotWait)
        } else {
          _ = try connection.socket.send(bytes.span, flags: .doNotWait)
        }
        return
      } catch {
        attempts -= 1
        guard error.number.isNetworkError, attempts > 0 else { throw error }
      }
    }
  }

  /// The next answer or error; nil if there is none yet.
  func nextArrival() throws(SystemError) -> Arrival? {
    if let error = try nextError() { return error }
    do throws(SystemError) {
      return try nextData()
    } catch {
      guard error.number.isNetworkError || error.number == .permissionDenied else { throw error }
      return try nextError() ?? .failure(error.number)
    }
  }

  /// The next error of the error queue.
  func nextError() throws(SystemError) -> Arrival? {
    guard let queued = try connection.socket.nextQueuedError() else { return nil }
    return .error(queued, age: Self.age(queued.time))
  }

  private func nextData() throws(SystemError) -> Arrival? {
    var found: (from: SocketAddress, control: [ControlMessage])?
    let bytes = try [UInt8](capacity: 65_536) { (buffer: inout OutputSpan<UInt8>) throws(SystemError) in
      switch try connection.socket.receiveMessage(into: &buffer, flags: .doNotWait) {
      case .message(let message): found = (message.address, message.control)
      case .wouldBlock: break
      }
    }
    guard let found else { return nil }
    var hopLimit: Int?
    var time: Duration?
    for message in found.control {
      switch message {
      case .hopLimit(let hops, _): hopLimit = hops
      case .timestamp(let value, _): time = value
      default: break
      }
    }
    return .data(bytes, from: found.from, hopLimit: hopLimit, age: Self.age(time))
  }

  /// How long ago the kernel received a packet. By the wall clock, which may have been set in between.
  private static func age(_ time: Duration?) -> Duration {
    guard let time else { return .zero }
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    let age: Duration = .seconds(now.tv_sec) + .nanoseconds(now.tv_nsec) - time
    return age > .zero && age < .seconds(1) ? age : .zero
  }
}

extension MonotonicTime {
  /// The time from this moment to the arrival of a packet that is `age` old.
  func elapsed(age: Duration) -> Duration {
    let elapsed = MonotonicTime.now.since(self)
    return age < elapsed ? elapsed - age : elapsed
  }
}
