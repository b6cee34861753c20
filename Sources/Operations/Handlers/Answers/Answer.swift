import SocketLoop
import Transfer

/// What a server says to each of its peers.
@LoopActor
package protocol Answer: Sendable {
  /// Fails, while nothing is listened on yet, if it cannot be given.
  ///
  /// - Parameter overDatagrams: whether it must fit into one.
  func prepare(overDatagrams: Bool) async throws(OperationError)

  /// Fails if it cannot be given with the rights that are left after root's were given up.
  func checkRights() throws(OperationError)

  /// Serves a connection to its end, and closes it.
  func serve(_ connection: AnsweredConnection) async -> Relay.Ending

  /// The answer to a datagram.
  func reply(to datagram: UnsafeRawBufferPointer) -> DatagramReply

  /// Whether the peer may well break the connection off, so that this is no failure.
  var endsByReset: Bool { get }

  /// Begins to close connections that it keeps only in case they are of use; false if there are none.
  func makeRoom() -> Bool
}

extension Answer {
  package func prepare(overDatagrams: Bool) async throws(OperationError) {}
  package func checkRights() throws(OperationError) {}
  package func reply(to datagram: UnsafeRawBufferPointer) -> DatagramReply { .nothing }
  package var endsByReset: Bool { false }
  package func makeRoom() -> Bool { false }
}

/// What is sent back to the sender of a datagram.
package enum DatagramReply {
  case nothing
  /// The datagram itself.
  case same
  case bytes([UInt8])
}
