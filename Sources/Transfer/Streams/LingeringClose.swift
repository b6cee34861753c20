import SocketLoop
import Sockets

/// Closes a connection so that nothing we sent is destroyed, and nothing counts as sent that did not arrive.
///
/// A TCP socket that is closed with unread data, or that receives data after it was closed, answers with a reset, and a
/// reset can destroy what the peer has not read yet. So our half is shut down first, and what arrives is discarded until
/// the peer has acknowledged everything (`SIOCOUTQ` is 0, FIN included).
@LoopActor
struct LingeringClose {
  let connection: AsyncSocket
  /// Nothing more comes from the peer.
  var peerHasEnded: Bool
  /// No FIN was sent: closing is to be a reset, once the peer has what it was sent.
  var resets = false

  func run(until limit: MonotonicTime) async -> StreamDelivery {
    let countsUnacknowledged = connection.socket.countsUnacknowledged()
    let closesByHandshake = connection.socket.traits.contains(.closesByHandshake)
    var hasEnded = peerHasEnded
    var pause = Duration.milliseconds(1)
    while true {
      do throws(SystemError) {
        // If the kernel does not count what has arrived, a Unix socket resets when something is left unread.
        if resets, !countsUnacknowledged { return .acknowledged }
        if !hasEnded { hasEnded = try discardSome() }
        // A Unix peer keeps what it was sent, whatever happens to us: only the unread rest had to go.
        if closesByHandshake {
          // SCTP answers the shutdown once everything has arrived, and aborts if anything of the peer's is left unread.
          if hasEnded || connection.socket.associationHasEnded() { return .acknowledged }
          if MonotonicTime.now >= limit { return .timedOut(unacknowledged: 0) }
          try? await connection.watch.readable(until: min(limit, .after(pause)))
          pause = min(pause * 2, .milliseconds(50))
          continue
        }
        if !countsUnacknowledged { return .acknowledged }
        if let error = try connection.socket.pendingError() {
          return .failed(SystemError(call: "send", number: error))
        }
        let unacknowledged = try connection.socket.unacknowledgedByteCount()
        if unacknowledged == 0 { return .acknowledged }
        if MonotonicTime.now >= limit { return .timedOut(unacknowledged: unacknowledged) }
      } catch {
        return .failed(error)
      }
      // No event tells of an acknowledgement: look again soon, then less often.
      try? await connection.watch.readable(until: min(limit, .after(pause)))
      pause = min(pause * 2, .milliseconds(50))
    }
  }

  /// Reads and drops what is there, but only so much: a peer that sends as fast as we discard must hold up neither the loop
  /// nor the limit.
  ///
  /// True when the peer has ended.
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
