import Sockets

// The protocol of `sock bench` and `sock listen --bench`, the same on every connection: an order of 32 bytes from the client;
// an answer of 64 bytes from the server; the data; and, if the server was the receiver, a result of 64 bytes from it. Numbers
// are in network byte order. sock-bench(1) documents it.

/// What a client asks the server to do.
struct BenchOrder: Hashable, Sendable {
  var work: BenchRequest.Work
  /// How long the server sends, in milliseconds.
  var milliseconds: UInt32
  /// The maximum number of bytes to send; 0 for as many as the time allows.
  var amount: UInt64
  /// The size of a datagram in bytes.
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

  /// Decodes an order; nil if the bytes are not one, or ask for something unknown.
  init?(_ bytes: [UInt8]) {
    guard bytes.count == Self.length, bytes.starts(with: Self.magic), bytes[8] == Self.version,
      Int(bytes[9]) < BenchRequest.Work.allCases.count
    else { return nil }
    work = BenchRequest.Work.allCases[Int(bytes[9])]
    milliseconds = bytes.number(at: 12)
    amount = bytes.number(at: 16)
    size = bytes.number(at: 24)
    let longest = BenchRequest.longest.components.seconds * 1000
    guard milliseconds <= UInt32(longest), size <= UInt32(ConnectionOptions.largestDatagram) || work != .datagrams
    else {
      return nil
    }
  }

  var bytes: [UInt8] {
    let number = UInt8(BenchRequest.Work.allCases.firstIndex(of: work) ?? 0)
    return Self.magic + [Self.version, number, 0, 0] + milliseconds.networkBytes + amount.networkBytes
      + size.networkBytes + [0, 0, 0, 0]
  }
}
