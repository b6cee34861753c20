import Glibc

/// The result of `TCP_INFO`: `struct tcp_info` of linux/tcp.h, which is longer than the C library's, and grows with newer
/// kernels.
public struct TCPInformation: Hashable, Sendable {
  let bytes: [UInt8]

  /// Decodes the bytes that `getsockopt(2)` returned; missing members are 0.
  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// `tcpi_state`: `ESTABLISHED` and the rest.
  public var state: String {
    let number = Int(bytes.first ?? 0)
    return Self.states.indices.contains(number) ? Self.states[number] : String(number)
  }

  /// The states of net/tcp_states.h, from 0.
  static let states = [
    "NONE", "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT", "CLOSE", "CLOSE_WAIT",
    "LAST_ACK", "LISTEN", "CLOSING", "NEW_SYN_RECV",
  ]

  /// `tcpi_rto`: the retransmission timeout, in microseconds.
  public var retransmissionTimeout: Int { number(at: 8) }
  /// `tcpi_snd_mss`: the maximum segment size for sending, in bytes.
  public var segmentSize: Int { number(at: 16) }
  /// `tcpi_unacked`: unacknowledged segments.
  public var unacknowledged: Int { number(at: 24) }
  /// `tcpi_lost`: segments presumed lost.
  public var lost: Int { number(at: 32) }
  /// `tcpi_rtt`: the smoothed round trip time, in microseconds.
  public var roundTripTime: Int { number(at: 68) }
  /// `tcpi_rttvar`: the variation of the round trip time, in microseconds.
  public var roundTripVariation: Int { number(at: 72) }
  /// `tcpi_snd_cwnd`: the congestion window, in segments.
  public var congestionWindow: Int { number(at: 80) }
  /// `tcpi_total_retrans`: segments retransmitted over the whole connection.
  public var retransmissions: Int { number(at: 100) }
  /// `tcpi_delivery_rate`: the recent rate of delivery, in bytes per second.
  public var deliveryRate: Int { bytes.count >= 168 ? Int(truncatingIfNeeded: bytes.load(Int64.self, at: 160)) : 0 }

  private func number(at offset: Int) -> Int {
    bytes.count >= offset + 4 ? Int(bytes.load(UInt32.self, at: offset)) : 0
  }
}

extension TCPInformation: CustomStringConvertible {
  /// The most useful members: `ESTABLISHED, rtt 41 us, …`.
  public var description: String {
    "\(state), rtt \(roundTripTime) us, rto \(retransmissionTimeout) us, mss \(segmentSize), unacked \(unacknowledged), "
      + "lost \(lost), retransmitted \(retransmissions), cwnd \(congestionWindow)"
  }
}

extension Socket {
  /// The state of a TCP connection; nil for other sockets.
  ///
  /// Calls `getsockopt(2)` for `TCP_INFO`.
  public borrowing func tcpInformation() -> TCPInformation? {
    guard let bytes = try? getOption(level: .tcp, number: 11, capacity: 512), !bytes.isEmpty else { return nil }
    return TCPInformation(bytes)
  }
}

extension TCPInformation {
  /// The state of the TCP connection with a descriptor; nil for anything else.
  ///
  /// Calls `getsockopt(2)` for `TCP_INFO`.
  package static func of(_ descriptor: Descriptor) -> TCPInformation? {
    let number = descriptor.number
    var length = socklen_t(512)
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: Int(length)) { buffer, count in
      let (_, error) = Kernel.attempt("getsockopt", on: number, [.descriptor(number)]) { _ in
        unsafe Int(getsockopt(number, CInt(IPPROTO_TCP), TCP_INFO, buffer.baseAddress, &length))
      }
      count = error == nil ? min(Int(length), buffer.count) : 0
    }
    return bytes.isEmpty ? nil : TCPInformation(bytes)
  }
}
