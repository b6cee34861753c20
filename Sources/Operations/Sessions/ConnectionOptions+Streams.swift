import SocketLoop
import Sockets
import Transfer

extension ConnectionOptions {
  /// Checks the stream that the user chose against the number of streams that both ends agreed on.
  ///
  /// - Throws: if it is out of range; the connection is closed then.
  @LoopActor
  func checkStream(of stream: any ByteStream, peer: Peer) throws(OperationError) {
    guard let connection = stream.connection else { return }
    for case .messageStream(let stream) in protocolSettings {
      guard let count = connection.socket.outgoingStreamCount(), stream >= count else { continue }
      connection.close()
      throw OperationError(
        .usage,
        "stream \(stream) is out of range: the association with \(peer) has \(count) streams to it, 0 to \(count - 1)")
    }
  }
}
