import Sockets

// What `sock bench` and `sock listen --bench` say to one another, on every connection of a run: first a request of 32 bytes
// from the client, which the server answers with 64; then the bytes of the work; then, where the server received, a result of
// 64 bytes from it. Numbers are in network byte order. It is described in sock-bench(1).

/// What a client asks for.
struct BenchOrder: Hashable, Sendable {
  var work: BenchRequest.Work
  /// How long the server is to send, in milliseconds.
  var milliseconds: UInt32
  /// How many bytes it is to send at most; 0 for as many as the time allows.
  var amount: UInt64
  /// The bytes of a datagram.
  var size: UInt32

  static let length = 32
  private static let magic = Array("sockbnch".utf8)
  private static let version: UInt8 = 1

  init(work: BenchRequest.Work, milliseconds: UInt32, amount: UInt64, size: UInt32) {
    self.work = work
    self.milliseconds = milliseconds
    self.amount = amount
    self.size = size
  }

  /// The order in these bytes; nil where there is none, or one that is not understood.
  init?(_ bytes: [UInt8]) {
    guard bytes.count == Self.length, bytes.starts(with: Self.magic), bytes[8] == Self.version,
      Int(bytes[9]) < BenchRequest.Work.allCases.count
    else { return nil }
    work = BenchRequest.Work.allCases[Int(bytes[9])]
    milliseconds = bytes.number(at: 12)
    amount = bytes.number(at: 16)
    size = bytes.number(at: 24)
    let longest = BenchRequest.longest.components.seconds * 1000
    guard milliseconds <= UInt32(longest), size <= UInt32(LinkOptions.largestDatagram) || work != .datagrams else {
      return nil
    }
  }

  var bytes: [UInt8] {
    let number = UInt8(BenchRequest.Work.allCases.firstIndex(of: work) ?? 0)
    return Self.magic + [Self.version, number, 0, 0] + milliseconds.networkBytes + amount.networkBytes
      + size.networkBytes + [0, 0, 0, 0]
  }
}

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

extension [UInt8] {
  /// A number in network byte order; the caller knows that its bytes are there.
  func number<Number: FixedWidthInteger & UnsignedInteger>(at offset: Int) -> Number {
    self[offset..<(offset + MemoryLayout<Number>.size)].reduce(0) { $0 << 8 | Number($1) }
  }
}

extension FixedWidthInteger where Self: UnsignedInteger {
  var networkBytes: [UInt8] {
    (0..<MemoryLayout<Self>.size).reversed().map { UInt8(truncatingIfNeeded: self >> (8 * Self($0))) }
  }
}
