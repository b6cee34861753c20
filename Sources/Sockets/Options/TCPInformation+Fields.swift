extension TCPInformation {
  /// A member of `struct tcp_info`.
  public struct Field: Sendable {
    /// The name of the member without `tcpi_`: `snd_cwnd`.
    public let name: String
    /// What a value is counted in: `us`, `ms`, `bytes`, `bytes/s`; empty for a plain number.
    public let unit: String
    let offset: Int
    /// In bytes.
    let width: Int

    init(_ name: String, at offset: Int, _ width: Int = 4, _ unit: String = "") {
      self.name = name
      self.unit = unit
      self.offset = offset
      self.width = width
    }
  }

  /// The members that are numbers, in the order of linux/tcp.h. Kernels add new ones at the end.
  public static let fields: [Field] = [
    Field("ca_state", at: 1, 1), Field("retransmits", at: 2, 1), Field("probes", at: 3, 1), Field("backoff", at: 4, 1),
    Field("options", at: 5, 1), Field("rto", at: 8, 4, "us"), Field("ato", at: 12, 4, "us"),
    Field("snd_mss", at: 16, 4, "bytes"), Field("rcv_mss", at: 20, 4, "bytes"), Field("unacked", at: 24),
    Field("sacked", at: 28), Field("lost", at: 32), Field("retrans", at: 36), Field("fackets", at: 40),
    Field("last_data_sent", at: 44, 4, "ms"), Field("last_ack_sent", at: 48, 4, "ms"),
    Field("last_data_recv", at: 52, 4, "ms"), Field("last_ack_recv", at: 56, 4, "ms"),
    Field("pmtu", at: 60, 4, "bytes"),
    Field("rcv_ssthresh", at: 64, 4, "bytes"), Field("rtt", at: 68, 4, "us"), Field("rttvar", at: 72, 4, "us"),
    Field("snd_ssthresh", at: 76), Field("snd_cwnd", at: 80), Field("advmss", at: 84, 4, "bytes"),
    Field("reordering", at: 88), Field("rcv_rtt", at: 92, 4, "us"), Field("rcv_space", at: 96, 4, "bytes"),
    Field("total_retrans", at: 100), Field("pacing_rate", at: 104, 8, "bytes/s"),
    Field("max_pacing_rate", at: 112, 8, "bytes/s"), Field("bytes_acked", at: 120, 8, "bytes"),
    Field("bytes_received", at: 128, 8, "bytes"), Field("segs_out", at: 136), Field("segs_in", at: 140),
    Field("notsent_bytes", at: 144, 4, "bytes"), Field("min_rtt", at: 148, 4, "us"), Field("data_segs_in", at: 152),
    Field("data_segs_out", at: 156), Field("delivery_rate", at: 160, 8, "bytes/s"),
    Field("busy_time", at: 168, 8, "us"),
    Field("rwnd_limited", at: 176, 8, "us"), Field("sndbuf_limited", at: 184, 8, "us"), Field("delivered", at: 192),
    Field("delivered_ce", at: 196), Field("bytes_sent", at: 200, 8, "bytes"),
    Field("bytes_retrans", at: 208, 8, "bytes"),
    Field("dsack_dups", at: 216), Field("reord_seen", at: 220), Field("rcv_ooopack", at: 224),
    Field("snd_wnd", at: 228, 4, "bytes"), Field("rcv_wnd", at: 232, 4, "bytes"), Field("rehash", at: 236),
    Field("total_rto", at: 240, 2), Field("total_rto_recoveries", at: 242, 2),
    Field("total_rto_time", at: 244, 4, "ms"),
  ]

  /// The members that the kernel returned, with their values. A rate without a limit is left out.
  public var values: [(field: Field, value: UInt64)] {
    Self.fields.compactMap { field in
      guard bytes.count >= field.offset + field.width else { return nil }
      let value: UInt64 =
        switch field.width {
        case 1: UInt64(bytes[field.offset])
        case 2: UInt64(bytes.load(UInt16.self, at: field.offset))
        case 4: UInt64(bytes.load(UInt32.self, at: field.offset))
        default: bytes.load(UInt64.self, at: field.offset)
        }
      return value == .max ? nil : (field, value)
    }
  }
}
