import Glibc
import SocketLoop
import Sockets

/// Carries the datagrams of a session: a socket, or a layer on top of one.
@LoopActor
package protocol DatagramChannel: AnyObject, Sendable {
  /// Waits for the next datagram.
  func receive(until deadline: MonotonicTime) async throws(LoopError) -> DatagramSocket.Datagram

  /// Waits for datagrams, and returns all that have arrived, back to back, for output where their boundaries do not
  /// matter.
  ///
  /// - Parameter peer: only return datagrams from this address; nil for any.
  /// - Returns: vectors that are valid until the next receive, and their total byte count.
  func receiveVectors(
    from peer: SocketAddress?
  ) async throws(LoopError) -> (vectors: UnsafeMutableBufferPointer<iovec>, count: Int)

  /// Sends the datagrams of a run, waiting for room as needed.
  func send(
    _ run: DatagramRun, to address: SocketAddress?, from source: PacketInfo?, until deadline: MonotonicTime,
    didSend: (Int) -> Void
  ) async throws(LoopError)

  /// Sends one datagram with control messages.
  func send(_ bytes: [UInt8], control: [ControlMessage]) async throws(LoopError)

  /// Whether a datagram from this address may be an answer to something sent to the peer.
  func mayAnswer(_ sender: SocketAddress, for peer: SocketAddress) -> Bool

  /// Whether an error was caused only by ICMP messages that do not end a session.
  func isPassing(_ error: SystemError) -> Bool

  /// The latest ICMP error and its sender.
  var report: ExtendedError? { get }

  /// The latest transient error, if nothing has been received since.
  var unanswered: ExtendedError? { get }

  /// The socket's pending error (`SO_ERROR`), if any.
  func pendingError() -> ErrorNumber?

  /// Closes the channel, which ends all waits on it.
  func close()
}

extension DatagramChannel {
  /// Sends at a limited rate: each datagram waits until the rate limit allows it.
  func send(_ run: DatagramRun, rate: RateLimit?, didSend: (Int) -> Void) async throws(LoopError) {
    guard let rate else { return try await send(run, to: nil, from: nil, until: .never, didSend: didSend) }
    for index in 0..<run.count {
      let datagram = run[index]
      do throws(WaitError) { try await rate.wait(toSend: datagram.count) } catch { throw LoopError(error) }
      try await send(DatagramRun(datagram), to: nil, from: nil, until: .never, didSend: didSend)
    }
  }

  func receive() async throws(LoopError) -> DatagramSocket.Datagram { try await receive(until: .never) }
}
