import SocketLoop
import Sockets

/// A ``Broadcast`` as one connection gets it: a queue of the messages that it has not sent yet.
@LoopActor
package final class QueueStream: SourceStream {
  private weak var broadcast: Broadcast?
  /// Arrays share storage, so a message queued for a hundred peers is in memory only once.
  private var queue: [[UInt8]] = []
  /// How much of the first message has been read.
  private var position = 0
  /// How many bytes are queued.
  private(set) var queued = 0
  private let arrival = Suspension()
  private let keepsBoundaries: Bool
  /// The pump that moves the bytes to the connection.
  package weak var pump: Pump?

  init(_ broadcast: Broadcast, keepsBoundaries: Bool) {
    self.broadcast = broadcast
    self.keepsBoundaries = keepsBoundaries
  }

  /// When the connection last took something.
  var latest: MonotonicTime { pump?.counter.latest ?? .now }

  func enqueue(_ message: [UInt8]) {
    if queue.isEmpty { pump?.counter.add(0) }
    queue.append(message)
    queued += message.count
    arrival.resume()
  }

  /// Wakes the reader because the input has ended.
  func wake() { arrival.resume() }

  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> IOResult {
    var count = 0
    while let first = queue.first, count < buffer.count {
      let part = min(first.count - position, buffer.count - count)
      first.withUnsafeBytes {
        UnsafeMutableRawBufferPointer(rebasing: buffer[count..<(count + part)])
          .copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[position..<(position + part)]))
      }
      count += part
      position += part
      if position == first.count {
        queue.removeFirst()
        position = 0
        if keepsBoundaries { break }
      }
    }
    if count == 0 { return broadcast?.hasEnded ?? true ? .moved(0) : .wouldBlock }
    queued -= count
    broadcast?.memberMoved()
    return .moved(count)
  }

  package func placeToRead() throws(LoopError) -> Suspension? {
    queue.isEmpty && broadcast?.hasEnded == false ? arrival : nil
  }

  package func stopReading() { broadcast?.leave(self) }

  package var keepsMessageBoundaries: Bool { keepsBoundaries }
  /// What is queued is known to be left; how much more the input would bring is not.
  package var remaining: Int? { queued > 0 ? queued : broadcast?.isIncomplete == true ? 1 : nil }

  /// Drops the member, because its peer takes nothing.
  func giveUp() {
    broadcast?.leave(self)
    pump?.fail(SystemError(call: "send", number: .timedOut))
  }
}
