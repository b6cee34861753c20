import SocketLoop
import Sockets

/// Reads our input once for all connections of a server. Each gets everything that is read after it joined.
///
/// Memory use is bounded: reading stops while any member's queue is full. A member whose peer then takes nothing for
/// ``patience`` is dropped, so that it cannot hold up the others. With no members nothing is read, so no input is lost.
@LoopActor
package final class Broadcast {
  /// The most bytes queued for one peer.
  static let queueLimit = 1 << 20
  /// How long a peer whose queue is full may go without taking anything.
  private let patience: Duration

  private let reader: MessageReader
  /// Whether the input comes from a terminal.
  package let inputIsTerminal: Bool
  private var members: [QueueStream] = []
  private let changed = Suspension()
  private(set) var hasEnded = false
  private var hasFailed = false
  var isIncomplete: Bool { hasFailed || reader.isIncomplete }
  private let tap: (any ByteTap)?
  private let rate: RateLimit?

  /// A broadcast of the messages of `reader`. The tap sees each message once, not once per member.
  package init(
    _ reader: MessageReader, inputIsTerminal: Bool, tap: (any ByteTap)? = nil, rate: RateLimit? = nil,
    patience: Duration = .seconds(10)
  ) {
    self.rate = rate
    self.reader = reader
    self.patience = patience
    self.inputIsTerminal = inputIsTerminal
    self.tap = tap
  }

  /// Adds a member: the input as one more connection gets it.
  package func member(keepsMessageBoundaries: Bool) -> QueueStream {
    let member = QueueStream(self, keepsBoundaries: keepsMessageBoundaries)
    members.append(member)
    changed.resume()
    return member
  }

  /// Reads until the input ends. Each member then ends once its queue is empty.
  package func run() async -> Pump.Ending {
    while true {
      guard await waitForMembers() else { return .cancelled }
      let message: [UInt8]
      switch await reader.next() {
      case .bytes(let bytes):
        if let rate {
          do throws(WaitError) { try await rate.wait(toSend: bytes.count) } catch { return .cancelled }
        }
        await tap?.saw(bytes)
        message = Array(bytes)
      case .end:
        hasEnded = true
        for member in members { member.wake() }
        return .sourceEnded
      case .failed(let error):
        hasFailed = true
        return .sourceFailed(error)
      case .cancelled:
        // The last member left while we were waiting. Keep what comes next for the next member.
        if Task.isCancelled { return .cancelled }
        continue
      }
      for member in members { member.enqueue(message) }
      guard await waitForRoom() else { return .cancelled }
    }
  }

  private func waitForMembers() async -> Bool {
    while members.isEmpty {
      do { try await changed.suspend() } catch { return false }
    }
    return true
  }

  private func waitForRoom() async -> Bool {
    while let full = members.filter({ $0.queued >= Self.queueLimit }).min(by: { $0.latest < $1.latest }) {
      let limit = full.latest.advanced(by: patience)
      do throws(WaitError) {
        try await changed.suspend(until: limit)
      } catch .timedOut {
        // The peer may have taken something in the same turn of the loop, before this task ran: check again.
        if full.latest.advanced(by: patience) <= limit { full.giveUp() }
      } catch {
        return false
      }
    }
    return true
  }

  func leave(_ member: QueueStream) {
    members.removeAll { $0 === member }
    if members.isEmpty { reader.interrupt() }
    changed.resume()
  }

  func memberMoved() { changed.resume() }
}
