import Sockets

/// What the server found; and before the work begins, that it was understood, for datagrams with the port to send them to.
struct BenchAnswer: Hashable, Sendable {
  /// The port for datagrams; 0 in a result.
  var port: UInt16 = 0
  /// What it received.
  var bytes: UInt64 = 0
  /// From the first to the last of it.
  var nanoseconds: UInt64 = 0
  /// The processor's time that its process took meanwhile, for all connections.
  var processorMicroseconds: UInt64 = 0
  var datagrams = DatagramTally.Counts()

  static let length = 64
  private static let magic = Array("sockrslt".utf8)

  init() {}

  /// Whether an answer can begin so.
  static func mayBegin(with bytes: [UInt8]) -> Bool { magic.starts(with: bytes.prefix(magic.count)) }

  /// The answer in these bytes; nil where there is none.
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
