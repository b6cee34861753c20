import SocketLoop
import Sockets

/// Closes a connection without destroying anything we sent, and finds out whether all of it arrived.
///
/// A TCP socket that is closed with unread data, or that receives data after the close, sends a reset, and a reset can
/// destroy data that the peer has not read yet. So our half is shut down first, and incoming data is discarded until
/// the peer has acknowledged everything (`SIOCOUTQ` is 0, FIN included).
@LoopActor
final class LingeringClose {
  /// How long closing may take after a signal or the deadline, when the user wants us gone.
  static let cancelledLimit = Duration.seconds(1)

  private let connection: AsyncSocket
  /// Whether the peer's end has been read.
  private var peerHasEnded: Bool
  /// Whether the connection is to be reset, instead of getting a FIN, once everything is acknowledged.
  private let resets: Bool
  private var limit: MonotonicTime

  init(_ connection: AsyncSocket, peerHasEnded: Bool, resets: Bool, until limit: MonotonicTime) {
    self.connection = connection
    self.peerHasEnded = peerHasEnded
    self.resets = resets
    self.limit = limit
  }

  /// A signal or the deadline has come.
  func hurry() { limit = min(limit, .after(Self.cancelledLimit)) }

  func run() async -> StreamDelivery {
    var pause = Duration.milliseconds(1)
    while true {
      if let delivery = attempt() { return delivery }
      // No event announces an acknowledgement, so poll, at growing intervals.
      try? await connection.watch.readable(until: min(limit, .after(pause)))
      pause = min(pause * 2, .milliseconds(50))
    }
  }

  /// What became of the sent bytes; nil if that is not known yet.
  func attempt() -> StreamDelivery? {
    let countsUnacknowledged = connection.socket.countsUnacknowledged()
    do throws(SystemError) {
      // Where the kernel does not count unacknowledged bytes (Unix sockets), leaving data unread causes the reset.
      if resets, !countsUnacknowledged { return .acknowledged }
      if !peerHasEnded { peerHasEnded = try discardSome() }
      if connection.socket.traits.contains(.closesByHandshake) {
        // SCTP completes the shutdown once everything has arrived, and aborts if any of the peer's data is unread.
        if peerHasEnded || connection.socket.associationHasEnded() { return .acknowledged }
        return MonotonicTime.now >= limit ? .timedOut(unacknowledged: 0) : nil
      }
      // Both have sent a FIN, and ours is acknowledged: nothing can fail any more.
      if countsUnacknowledged, peerHasEnded, !resets, try connection.socket.unacknowledgedByteCount() == 0 {
        return .acknowledged
      }
      // A Unix peer keeps what it was sent whatever we do next; only our unread data had to be drained.
      if !countsUnacknowledged { return .acknowledged }
      if let error = try connection.socket.pendingError() {
        return .failed(SystemError(call: "send", number: error))
      }
      let unacknowledged = try connection.socket.unacknowledgedByteCount()
      if unacknowledged == 0 { return .acknowledged }
      return MonotonicTime.now >= limit ? .timedOut(unacknowledged: unacknowledged) : nil
    } catch {
      return .failed(error)
    }
  }

  /// Reads and drops what has arrived, up to a bound, so that a peer that sends as fast as we discard can hold up
  /// neither the loop nor the time limit.
  ///
  /// - Returns: true once the peer has ended.
  private func discardSome() throws(SystemError) -> Bool {
    let descriptor = Descriptor(connection.socket.descriptor)
    let canDiscard = connection.socket.protocolNumber == .tcp && connection.socket.type == .stream
    let scratch = RawBuffer(count: canDiscard ? 1 : 65_536)
    defer { extendLifetime(scratch) }
    for _ in 0..<16 {
      let result =
        canDiscard
        ? try descriptor.discardWithoutWaiting(upTo: 1 << 30)
        : try descriptor.receiveWithoutWaiting(into: scratch.bytes)
      switch result {
      case .moved(0): return true
      case .moved: continue
      case .wouldBlock: return false
      }
    }
    return false
  }
}
