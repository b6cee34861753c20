import SocketLoop
import Sockets

/// What a ``MessageHub`` passes on, as one connection gets it: a queue of the messages that it has not sent yet.
@LoopActor
package final class QueueStream: SourceStream {
  private weak var hub: MessageHub?
  private let limit: Int
  /// Arrays share storage, so a message queued for a hundred peers is in memory only once.
  private var queue: [[UInt8]] = []
  /// The index of the first message that is not yet read, and how much of it has been.
  private var first = 0
  private var position = 0
  /// How many bytes are queued.
  private(set) var queued = 0
  private let arrival = Suspension()
  private let keepsBoundaries: Bool
  /// Whether everybody waits for it.
  let mustGetAll: Bool
  /// Whether it takes nothing although its queue is full.
  var isStalled = false
  /// Whether it ends once its queue is empty.
  private var isEnding = false
  /// Whether it was closed because it had stalled.
  package private(set) var wasGivenUp = false
  /// How many messages it has lost because it had stalled.
  package private(set) var lost = 0
  /// Called at the first message that is lost since something was last taken.
  package var didLose: @LoopActor () -> Void = {}
  private var isLosing = false
  /// The pump that moves the bytes to the connection.
  package weak var pump: Pump?

  init(_ hub: MessageHub, keepsBoundaries: Bool, mustGetAll: Bool) {
    self.hub = hub
    limit = hub.limit
    self.keepsBoundaries = keepsBoundaries
    self.mustGetAll = mustGetAll
  }

  /// When the connection last took something.
  var latest: MonotonicTime { pump?.counter.latest ?? .now }

  /// What each message takes besides its bytes, so that many short ones are bounded, too.
  private static let overhead = 32

  private var size: Int { queued + (queue.count - first) * Self.overhead }

  var isFull: Bool { size >= limit }

  /// Queues a message, unless it would have to be waited for.
  package func post(_ message: [UInt8]) {
    guard size < (isStalled ? limit : 2 * limit) else {
      lost += 1
      if isLosing { return }
      // First, since whoever is told may post to this queue.
      isLosing = true
      return didLose()
    }
    enqueue(message)
  }

  /// Queues a message even if the queue is full. For what ``didLose`` has to say, which is one message for each time that
  /// the reader falls behind.
  package func postPastLimit(_ message: [UInt8]) { enqueue(message) }

  private func enqueue(_ message: [UInt8]) {
    if queued == 0 { pump?.counter.add(0) }
    queue.append(message)
    queued += message.count
    arrival.resume()
  }

  /// Ends the stream once its queue is empty.
  package func end() {
    isEnding = true
    wake()
  }

  /// Wakes the reader because nothing will follow.
  func wake() { arrival.resume() }

  private var hasEnded: Bool { isEnding || hub?.hasEnded ?? true }

  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> IOResult {
    var count = 0
    while first < queue.count, count < buffer.count {
      let message = queue[first]
      let part = min(message.count - position, buffer.count - count)
      message.withUnsafeBytes {
        UnsafeMutableRawBufferPointer(rebasing: buffer[count..<(count + part)])
          .copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[position..<(position + part)]))
      }
      count += part
      position += part
      if position == message.count {
        dropFirst()
        if keepsBoundaries { break }
      }
    }
    if count == 0 { return hasEnded ? .moved(0) : .wouldBlock }
    queued -= count
    (isStalled, isLosing) = (false, false)
    hub?.memberMoved()
    return .moved(count)
  }

  /// Drops the first message. Those that were read are removed now and then, since to remove one moves all others.
  private func dropFirst() {
    queue[first] = []
    first += 1
    position = 0
    if first == queue.count {
      queue.removeAll(keepingCapacity: queue.capacity <= 64)
      first = 0
    } else if first >= 64, first * 2 >= queue.count {
      queue.removeFirst(first)
      first = 0
    }
  }

  package func placeToRead() throws(LoopError) -> Suspension? { first == queue.count && !hasEnded ? arrival : nil }

  package func stopReading() { hub?.leave(self) }

  package var keepsMessageBoundaries: Bool { keepsBoundaries }
  /// What is queued is known to be left; how much more the input would bring is not.
  package var remaining: Int? { queued > 0 ? queued : hub?.isIncomplete == true ? 1 : nil }

  /// Closes the connection, because its peer takes nothing.
  func giveUp() {
    wasGivenUp = true
    hub?.leave(self)
    pump?.fail(SystemError(call: "send", number: .timedOut))
  }
}
