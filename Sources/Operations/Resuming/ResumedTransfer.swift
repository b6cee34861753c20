import SocketLoop
import Sockets
import Transfer

/// A resumed transfer, as both sides have agreed on it.
@LoopActor
struct ResumedTransfer {
  let isSending: Bool
  /// How many bytes the receiver already had.
  let offset: Int
  /// The size of the whole file.
  let size: Int
  /// The digest of the bytes that the receiver already had, to be continued with those that follow.
  let digest: (any Digest)?
  /// Whether the receiver sent no digest of its bytes although `--checksum` was given here, so that they were not
  /// compared.
  var isUnverified = false

  /// How many bytes are left to transfer.
  var count: UInt64 { UInt64(size - offset) }

  /// Throws if the peer sent more than was agreed. The excess was not written.
  func checkExcess(_ session: StandardSession) throws(OperationError) {
    guard session.receivedTooMuch else { return }
    throw OperationError(
      .peerProtocol, "the peer sent more than the \(size) bytes it announced: the rest was not written")
  }

  /// Throws if the session transferred less than was agreed, although it ended without an error.
  func check(_ session: StandardSession) throws(OperationError) {
    let moved = isSending ? session.sent.bytes : session.received.bytes
    if moved == count { return }
    let there = UInt64(offset) + moved
    throw OperationError(
      .connectionLost,
      isSending
        ? "standard input ended, or the peer did, behind \(there) of \(size) bytes"
        : "the peer ended behind \(there) of \(size) bytes: run both sides again to continue from there")
  }
}

extension ConnectionRecord {
  /// Agrees with the peer on where to continue, and reports it. If that fails, the connection is closed.
  func agree(
    on resumption: Resumption, over stream: any ByteStream
  ) async throws(OperationError) -> ResumedTransfer {
    do throws(OperationError) {
      let resumed = try await resumption.agree(over: stream, with: peer)
      emit(.resumed) { $0.message = "from byte \(resumed.offset) of \(resumed.size)" }
      if resumed.isUnverified {
        warn("the receiver's \(resumed.offset) bytes were not compared: it needs --checksum, too")
      }
      return resumed
    } catch {
      // After a mismatch both sides have the lines of both, so close in order: a reset might overtake our line.
      _ = await stream.close(error.cause == .malformedData ? .atOnce : .abort, afterEnd: false)
      closed()
      throw error
    }
  }
}
