import SockTestSupport
import SocketLoop
import Sockets

@testable import Transfer

/// One end of a connection in memory, on which what is sent to the other end is changed on its way: bits flip, bytes are
/// cut off, pieces are lost, repeated, delayed and made up.
@LoopActor
final class MangledEnd: ByteStream {
  /// Whether each write arrives as one read, or is lost as a whole.
  private let keepsPieces: Bool
  private var other: MangledEnd?
  private var arrived: [[UInt8]] = []
  private var delayed: [[UInt8]] = []
  private var hasEnded = false
  private let arrival = Suspension()
  private let dice: Dice
  /// How many writes from now on one of them is changed; nil for none.
  private var writesUntilFault: Int?

  /// The random numbers of both ends.
  final class Dice {
    private var random: RandomData
    init(seed: UInt64) { random = RandomData(seed: seed) }
    func number(below limit: Int) -> Int { Int(random.next() % UInt64(limit)) }
  }

  private init(_ dice: Dice, keepsPieces: Bool) {
    self.dice = dice
    self.keepsPieces = keepsPieces
    writesUntilFault = dice.number(below: 2) == 0 ? dice.number(below: 4) : nil
  }

  /// Both ends of a connection.
  static func pair(seed: UInt64, keepsPieces: Bool) -> (MangledEnd, MangledEnd) {
    let dice = Dice(seed: seed)
    let ends = (MangledEnd(dice, keepsPieces: keepsPieces), MangledEnd(dice, keepsPieces: keepsPieces))
    (ends.0.other, ends.1.other) = (ends.1, ends.0)
    return ends
  }

  // MARK: The stream

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> IOResult {
    // Datagrams have no end.
    guard let first = arrived.first else { return hasEnded && !keepsPieces ? .moved(0) : .wouldBlock }
    let count = min(buffer.count, first.count)
    buffer.copyBytes(from: first.prefix(count))
    arrived.removeFirst()
    if count < first.count, !keepsPieces { arrived.insert([UInt8](first.dropFirst(count)), at: 0) }
    return .moved(count)
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) -> IOResult {
    if hasEnded, other == nil { throw SystemError(call: "send", number: .connectionReset) }
    for piece in changed([UInt8](bytes)) where !piece.isEmpty { other?.arrive(piece) }
    return .moved(bytes.count)
  }

  func placeToRead() throws(LoopError) -> Suspension? { arrived.isEmpty && (!hasEnded || keepsPieces) ? arrival : nil }
  func placeToWrite() throws(LoopError) -> Suspension? { nil }

  func close(_ closing: StreamClosing, afterEnd: Bool) async -> StreamDelivery {
    other?.end()
    other = nil
    end()
    return .acknowledged
  }

  private func end() {
    hasEnded = true
    arrival.resume()
  }

  private func arrive(_ piece: [UInt8]) {
    arrived.append(piece)
    arrival.resume()
  }

  // MARK: Faults

  private func changed(_ bytes: [UInt8]) -> [[UInt8]] {
    if !delayed.isEmpty {
      defer { delayed = [] }
      // Over datagrams they come in another order, too.
      return keepsPieces ? [bytes] + delayed : delayed + [bytes]
    }
    guard let count = writesUntilFault else { return [bytes] }
    writesUntilFault = count == 0 ? (dice.number(below: 3) == 0 ? 0 : nil) : count - 1
    return count == 0 ? fault(bytes) : [bytes]
  }

  private func fault(_ bytes: [UInt8]) -> [[UInt8]] {
    let place = dice.number(below: bytes.count)
    switch dice.number(below: 7) {
    case 0:
      var flipped = bytes
      flipped[place] ^= 1 << UInt8(dice.number(below: 8))
      return [flipped]
    case 1: return [[UInt8](bytes.prefix(place))]
    case 2: return []
    case 3: return [bytes, bytes]
    case 4:
      delayed.append(bytes)
      return []
    case 5: return [(0..<dice.number(below: 600)).map { _ in UInt8(dice.number(below: 256)) }, bytes]
    default: return [[UInt8](bytes.prefix(place)), [UInt8](bytes.dropFirst(place))]
    }
  }
}
