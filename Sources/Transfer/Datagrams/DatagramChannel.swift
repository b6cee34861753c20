import Glibc
import SocketLoop
import Sockets

/// What carries the datagrams of a session: a socket, or a layer over one.
@LoopActor
package protocol DatagramChannel: AnyObject, Sendable {
  /// Waits for the next datagram.
  func receive(until deadline: MonotonicTime) async throws(LoopError) -> DatagramSocket.Datagram

  /// Waits for datagrams, and returns all that came, one behind the other: for when nobody asks where one ends.
  ///
  /// - Parameter peer: those of others are left out; nil for everybody's.
  /// - Returns: memory that is valid until the next one is received, and how many bytes there are.
  func receiveVectors(
    from peer: SocketAddress?
  ) async throws(LoopError) -> (vectors: UnsafeMutableBufferPointer<iovec>, count: Int)

  /// Sends datagram after datagram, as soon as there is room for them.
  func send(
    _ run: DatagramRun, to address: SocketAddress?, from source: PacketInfo?, until deadline: MonotonicTime,
    didSend: (Int) -> Void
  ) async throws(LoopError)

  /// Sends one datagram with control messages.
  func send(_ bytes: [UInt8], control: [ControlMessage]) async throws(LoopError)

  /// Whether a datagram from this address may be an answer to what is sent to the peer.
  func mayAnswer(_ sender: SocketAddress, for peer: SocketAddress) -> Bool

  /// Whether an error came only from ICMP messages that end no session.
  func isPassing(_ error: SystemError) -> Bool

  /// The latest ICMP error, and who sent it.
  var report: ExtendedError? { get }

  /// The latest passing error, if nothing has been received since.
  var unanswered: ExtendedError? { get }

  /// An error that waits to be reported.
  func pendingError() -> ErrorNumber?

  /// Ends every wait.
  func close()
}

extension DatagramChannel {
  /// Sends at a limited rate: each datagram goes when the rate allows it.
  func send(_ run: DatagramRun, rate: RateLimit?, didSend: (Int) -> Void) async throws(LoopError) {
    guard let rate else { return try await send(run, to: nil, from: nil, until: .never, didSend: didSend) }
    for index in 0..<run.count {
      let datagram = run[index]
      do throws(WaitError) { try await rate.pay(datagram.count) } catch { throw LoopError(error) }
      try await send(DatagramRun(datagram), to: nil, from: nil, until: .never, didSend: didSend)
    }
  }

  func receive() async throws(LoopError) -> DatagramSocket.Datagram { try await receive(until: .never) }
}
