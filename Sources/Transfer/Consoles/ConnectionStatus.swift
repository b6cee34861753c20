import SocketLoop
import Sockets

/// What `~s` reports about a connection, queried from the kernel when asked for.
@LoopActor
struct ConnectionStatus {
  private let connection: AsyncSocket
  private let sent: ByteCounter
  private let received: ByteCounter

  init(_ connection: AsyncSocket, sent: ByteCounter, received: ByteCounter) {
    self.connection = connection
    self.sent = sent
    self.received = received
  }

  var text: String {
    let local = (try? connection.socket.localAddress()).map { "\($0)" } ?? "?"
    let peer = (try? connection.socket.peerAddress()).map { "\($0)" } ?? "a peer that has gone"
    var lines = ["from \(local) to \(peer)" + " (\(connection.socket.transport))"]
    lines.append("sent \(sent.bytes) bytes, received \(received.bytes) bytes")
    if let unsent = try? connection.socket.unacknowledgedByteCount() {
      lines.append("not yet acknowledged: \(unsent) bytes")
    }
    if let information = connection.socket.tcpInformation() { lines.append(Self.text(information)) }
    return lines.joined(separator: "\n")
  }

  /// The values of `TCP_INFO` that a person at a terminal cares about.
  nonisolated static func text(_ tcp: TCPInformation) -> String {
    func milliseconds(_ microseconds: Int) -> String {
      "\(microseconds / 1000).\(String(1000 + microseconds % 1000).dropFirst())"
    }
    return
      "TCP_INFO: \(tcp.state), rtt \(milliseconds(tcp.roundTripTime)) ms (±\(milliseconds(tcp.roundTripVariation))), "
      + "rto \(milliseconds(tcp.retransmissionTimeout)) ms, cwnd \(tcp.congestionWindow), mss \(tcp.segmentSize), "
      + "unacked \(tcp.unacknowledged), lost \(tcp.lost), retransmitted \(tcp.retransmissions)"
  }
}
