import SocketLoop
import Sockets

/// A pipe that bytes are spliced through between two descriptors that are no pipes.
///
/// Those that have become free are kept while others are in use: opening, enlarging and closing one takes longer than
/// moving what comes through an average connection.
@LoopActor
final class SplicePipe {
  private let pipe: Pipe
  let readEnd: Descriptor
  let writeEnd: Descriptor
  /// How many bytes are in it.
  var count = 0
  private var isEnlarged = false

  private static var free: [SplicePipe] = []
  private static var inUse = 0
  /// How many are kept; each may have a buffer of a megabyte, of which an empty one holds only the table.
  private static let mostFree = 16

  private init() throws(SystemError) {
    pipe = try Pipe()
    readEnd = pipe.readEnd.borrowed
    writeEnd = pipe.writeEnd.borrowed
  }

  static func take() throws(SystemError) -> SplicePipe {
    let pipe = if let last = free.popLast() { last } else { try SplicePipe() }
    inUse += 1
    return pipe
  }

  /// Enlarges it once much has gone through it at once.
  func enlarge(to capacity: Int, after count: Int) {
    if isEnlarged || count < Pump.usualPipe / 2 { return }
    isEnlarged = true
    try? writeEnd.setPipeCapacity(capacity)
  }

  /// Keeps it for the next pump, if it is empty.
  func release() {
    Self.inUse -= 1
    if count == 0, Self.free.count < Self.mostFree { Self.free.append(self) }
  }

  /// Closes those that are kept, if none is in use. Called where a pump has ended.
  static func tidy() { if inUse == 0, !free.isEmpty { free = [] } }
}
