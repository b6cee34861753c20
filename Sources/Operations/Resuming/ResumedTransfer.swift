import SocketLoop
import Sockets
import Transfer

/// What both sides of a resumed transfer know once they have agreed.
@LoopActor
struct ResumedTransfer {
  let isSending: Bool
  /// How many bytes the receiver had.
  let offset: Int
  /// How many the whole file has.
  let size: Int
  /// The sum of what was there, which goes on with what comes.
  let digest: (any Digest)?
  /// The receiver has not said of what bytes its part is, though we were asked to sum up.
  var isUnproved = false

  /// How many bytes are to go over the connection.
  var count: UInt64 { UInt64(size - offset) }

  /// Not a byte was written beyond what was agreed.
  func checkExcess(_ session: StandardSession) throws(OperationError) {
    guard session.receivedTooMuch else { return }
    throw OperationError(
      .peerProtocol, "the peer has sent more than the \(size) bytes it told of: they were not written")
  }

  /// A transfer whose session has ended in good order still may have come to less than was agreed.
  func check(_ session: StandardSession) throws(OperationError) {
    let moved = isSending ? session.sent.bytes : session.received.bytes
    if moved == count { return }
    let there = UInt64(offset) + moved
    throw OperationError(
      .connectionLost,
      isSending
        ? "standard input ended, or the peer did, behind \(there) of \(size) bytes"
        : "the peer ended behind \(there) of \(size) bytes: run both sides again to go on from there")
  }
}

extension ConnectionRecord {
  /// Agrees with the peer where the transfer goes on, and reports it; where they do not, that is the end of the connection.
  func agree(
    on resumption: Resumption, over stream: any ByteStream
  ) async throws(OperationError) -> ResumedTransfer {
    do throws(OperationError) {
      let resumed = try await resumption.agree(over: stream, with: peer)
      emit(.resumed) { $0.message = "from byte \(resumed.offset) of \(resumed.size)" }
      if resumed.isUnproved {
        warn("the receiver's \(resumed.offset) bytes were not compared: it has to have --checksum too")
      }
      return resumed
    } catch {
      // Both sides know it where they have told each other that their files are not one: the reset might overtake our line.
      _ = await stream.close(error.cause == .malformedData ? .atOnce : .abort, afterEnd: false)
      closed()
      throw error
    }
  }
}
