/// What `TCP_INFO` tells, as far as the shell shows it: `struct tcp_info` of linux/tcp.h, whose kernel's form is longer
/// than the C library's.
struct TCPInformation: Hashable, Sendable {
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// `tcpi_state`.
  var state: String {
    let number = Int(bytes.first ?? 0)
    return Self.states.indices.contains(number) ? Self.states[number] : String(number)
  }

  /// The states of net/tcp_states.h, from 0.
  static let states = [
    "NONE", "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT", "CLOSE", "CLOSE_WAIT",
    "LAST_ACK", "LISTEN", "CLOSING",
  ]

  /// A number of 32 bits at its offset in the struct; 0 where the kernel's is shorter.
  private func number(at offset: Int) -> UInt32 {
    guard bytes.count >= offset + 4 else { return 0 }
    return (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << (8 * UInt32($1)) }
  }
}

extension TCPInformation: CustomStringConvertible {
  var description: String {
    "\(state), rtt \(number(at: 68)) us, rto \(number(at: 8)) us, mss \(number(at: 16)), unacked \(number(at: 24)), "
      + "lost \(number(at: 32)), retransmitted \(number(at: 100)), cwnd \(number(at: 80))"
  }
}
