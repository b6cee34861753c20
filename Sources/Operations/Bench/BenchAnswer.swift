import Sockets

/// The server's answer: before the work, a confirmation of the order; after it, what the server received.
struct BenchAnswer: Hashable, Sendable {
  /// Before the work, the port to send datagrams to; 0 otherwise.
  var port: UInt16 = 0
  /// The number of bytes received.
  var bytes: UInt64 = 0
  /// The time from the first byte to the last.
  var nanoseconds: UInt64 = 0
  /// The CPU time that the server's process used in that time, for all of its connections.
  var processorMicroseconds: UInt64 = 0
  var datagrams = DatagramTally.Counts()

  static let length = 64
  private static let magic = Array("sockrslt".utf8)

  init() {}

  /// Whether an answer may begin with these bytes.
  static func mayBegin(with bytes: [UInt8]) -> Bool { magic.starts(with: bytes.prefix(magic.count)) }

  /// Decodes an answer; nil if the bytes are not one.
  init?(_ bytes: [UInt8]) {
    guard bytes.count == Self.length, bytes.starts(with: Self.magic) else { return nil }
    port = bytes.number(at: 8)
    self.bytes = bytes.number(at: 16)
    nanoseconds = bytes.number(at: 24)
    processorMicroseconds = bytes.number(at: 32)
    datagrams.received = Int(clamping: bytes.number(at: 40) as UInt64)
    datagrams.reordered = Int(clamping: bytes.number(at: 48) as UInt32)
    datagrams.duplicates = Int(clamping: bytes.number(at: 52) as UInt32)
    datagrams.jitter = .nanoseconds(Int64(clamping: bytes.number(at: 56) as UInt64))
  }

  var wireBytes: [UInt8] {
    let jitter =
      UInt64(max(0, datagrams.jitter.components.seconds)) * 1_000_000_000
      + UInt64(max(0, datagrams.jitter.components.attoseconds / 1_000_000_000))
    return Self.magic + port.networkBytes + [0, 0, 0, 0, 0, 0] + bytes.networkBytes + nanoseconds.networkBytes
      + processorMicroseconds.networkBytes + UInt64(datagrams.received).networkBytes
      + UInt32(clamping: datagrams.reordered).networkBytes + UInt32(clamping: datagrams.duplicates).networkBytes
      + jitter.networkBytes
  }
}
