import Glibc
import SocketLoop
import Sockets

/// A socket for datagrams that is connected to its peer, as a stream of messages.
///
/// It has no end: an empty datagram is none, and is skipped. An ICMP message that may pass is no failure.
@LoopActor
package final class DatagramStream: LayeredStream {
  package let base: any ByteStream
  private static let mostEmpty = 100_000
  /// Why the latest datagram could not be sent; nil if it was.
  var sendError: SystemError?
  /// For a server: the client, which has some datagrams more.
  var client: DTLSClient?

  package init(_ base: any ByteStream) { self.base = base }

  package var hasHalfClose: Bool { false }

  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> IOResult {
    if let early = client?.read(into: buffer) { return early }
    var empty = 0
    while true {
      do throws(SystemError) {
        let result = try base.read(into: buffer)
        guard case .moved(let count) = result else { return result }
        if count == 0 { empty += 1 }
        // No queue holds as many empty datagrams: somebody has shut an inherited socket down.
        if empty > Self.mostEmpty { return .moved(0) }
        if count > 0, !isOfAnotherSession(buffer, count) { return result }
      } catch {
        guard isPassing(error) else { throw error }
      }
    }
  }

  private func isOfAnotherSession(_ buffer: UnsafeMutableRawBufferPointer, _ count: Int) -> Bool {
    client?.hasRestarted(with: UnsafeRawBufferPointer(rebasing: buffer[..<count])) == true
  }

  package func placeToRead() throws(LoopError) -> Suspension? {
    client?.hasEarly == true ? nil : try base.placeToRead()
  }

  package func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) -> IOResult {
    var attempts = 0
    while true {
      do throws(SystemError) {
        return try base.write(bytes)
      } catch {
        // The error was about an earlier datagram, and kept this one from being sent.
        attempts += 1
        guard attempts < 8, isPassing(error) else { throw error }
      }
    }
  }

  /// Whether an error only says that a datagram was lost on its way, as any may be.
  private func isPassing(_ error: SystemError) -> Bool {
    guard let connection, error.number != .connectionRefused else { return false }
    var reports: [ExtendedError] = []
    while reports.count < 64, let queued = try? connection.socket.nextQueuedError() { reports.append(queued.error) }
    return !reports.isEmpty
      && reports.allSatisfy { $0.isTransient || $0.number == .messageTooLong && $0.origin != .local }
  }

  /// Takes the error of the latest datagram that could not be sent.
  func takeSendError() -> SystemError? {
    defer { sendError = nil }
    return sendError
  }

  /// The largest packet that the path to the peer takes, as far as the kernel knows; nil if it does not tell.
  var pathMTU: Int? {
    guard let connection else { return nil }
    return try? connection.socket.get(.pathMTU(connection.socket.family))
  }
}
