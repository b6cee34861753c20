import SocketLoop
import Sockets

/// A call that moves bytes on a blocking socket, made of calls that do not block.
///
/// It ends as the kernel's own would: one timeout bounds the whole call, and whatever stops it after a part of the
/// bytes (the timeout, an error, Ctrl-C) leaves that part as the result.
@LoopActor
struct BlockingTransfer {
  let socket: ShellSocket
  /// The C name of the call.
  let name: String
  let events: PollEvents
  /// Whether the call waits at all.
  let waits: Bool

  /// Moves at least `target` bytes of a stream, or one message.
  ///
  /// - Parameter attempt: moves bytes without blocking, given how many have been moved; nil if it would block.
  /// - Returns: the number of bytes moved.
  @discardableResult
  func move(
    _ target: Int, _ attempt: (_ done: Int) throws(SystemError) -> Int?
  ) async throws(CallFailure) -> Int {
    let deadline = waits ? socket.deadline(events) : .never
    var done = 0
    repeat {
      do throws(CallFailure) {
        let count = try await Readiness.repeating(socket, name, for: events, waits: waits, until: deadline) {
          () throws(SystemError) -> Int? in
          // The error stays for the next call, which would lose it otherwise.
          if done > 0, socket.keepsError(from: events) { throw SystemError(call: name, number: .connectionReset) }
          return try attempt(done)
        }
        if count == 0 { break }
        done += count
      } catch {
        guard done > 0 else { throw error }
        break
      }
    } while waits && done < target
    return done
  }
}

extension ShellSocket {
  /// Whether all that is left is an error, which the next call is to report.
  ///
  /// A Unix socket forgets its error once a call has met it, even if that call returns a count.
  fileprivate func keepsError(from events: PollEvents) -> Bool {
    guard facts?.family != .unix else { return false }
    var set = PollSet()
    set.add(number, for: [])
    guard let count = try? set.wait(timeout: .zero), count > 0, set.found(at: 0).isSuperset(of: [.error, .hungUp])
    else { return false }
    return events.contains(.writable) || unreadByteCount == 0
  }

  /// The number of bytes that a call can receive now; nil if the socket does not tell.
  var unreadByteCount: Int? {
    try? call("ioctl") { (socket) throws(SystemError) in try socket.unreadByteCount() }
  }

  /// Whether it carries a stream of bytes, which a call may move in parts; SCTP carries messages.
  var isByteStream: Bool {
    guard let facts else { return false }
    return facts.type == .stream && facts.protocolNumber != .sctp
  }
}
