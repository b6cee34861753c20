import SocketLoop
import Sockets

/// What `~s` tells about a connection, asked of the kernel now.
@LoopActor
struct ConnectionStatus {
  private let connection: AsyncSocket
  private let sent: Flow
  private let received: Flow

  init(_ connection: AsyncSocket, sent: Flow, received: Flow) {
    self.connection = connection
    self.sent = sent
    self.received = received
  }

  var text: String {
    let local = (try? connection.socket.localAddress()).map { "\($0)" } ?? "?"
    let peer = (try? connection.socket.peerAddress()).map { "\($0)" } ?? "a peer that has gone"
    var lines = ["from \(local) to \(peer)" + (connection.socket.transport.map { " (\($0))" } ?? "")]
    lines.append("sent \(sent.bytes) bytes, received \(received.bytes) bytes")
    if let unsent = try? connection.socket.unacknowledgedByteCount() {
      lines.append("not yet acknowledged: \(unsent) bytes")
    }
    if let bytes = try? connection.socket.getOption(level: .tcp, number: 11, capacity: 512),
      let line = Self.tcp(bytes)
    {
      lines.append(line)
    }
    return lines.joined(separator: "\n")
  }

  /// The fields of `struct tcp_info` that a person at a terminal asks for; nil where there are too few bytes.
  nonisolated static func tcp(_ bytes: [UInt8]) -> String? {
    guard bytes.count >= 104 else { return nil }
    func number(_ offset: Int) -> UInt32 {
      (0..<4).reduce(0) { value, index in
        // The byte order is the machine's.
        #if _endian(big)
          value << 8 | UInt32(bytes[offset + index])
        #else
          value | UInt32(bytes[offset + index]) << (8 * UInt32(index))
        #endif
      }
    }
    func milliseconds(_ offset: Int) -> String {
      let microseconds = number(offset)
      return "\(microseconds / 1000).\(String(1000 + microseconds % 1000).dropFirst())"
    }
    let state = Int(bytes[0]) < states.count ? states[Int(bytes[0])] : "state \(bytes[0])"
    return "TCP_INFO: \(state), rtt \(milliseconds(68)) ms (±\(milliseconds(72))), rto \(milliseconds(8)) ms, "
      + "cwnd \(number(80)), mss \(number(16)), unacked \(number(24)), lost \(number(32)), "
      + "retransmitted \(number(100))"
  }

  /// The numbers of net/tcp_states.h.
  nonisolated private static let states = [
    "no state", "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT", "CLOSE", "CLOSE_WAIT",
    "LAST_ACK", "LISTEN", "CLOSING", "NEW_SYN_RECV",
  ]
}
