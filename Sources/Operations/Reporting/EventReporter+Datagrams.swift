import SocketLoop
import Sockets
import Transfer

extension EventReporter {
  /// Reports a datagram of a peer that has no record of its own.
  func received(_ datagram: DatagramSocket.Datagram, over socket: DatagramSocket, port: UInt16?) {
    let facts = datagram.facts(isShown: shows(.received)) { warn($0, about: .address(datagram.peer)) }
    emit(.received) {
      $0.transport = socket.connection.socket.transport
      $0.peer = .address(datagram.peer)
      $0.received = UInt64(datagram.bytes.count)
      $0.tell(facts, port: port)
    }
    if datagram.isTruncated {
      warn("a datagram of \(datagram.length) bytes from \(datagram.peer) was cut to \(datagram.bytes.count)")
    }
  }
}
