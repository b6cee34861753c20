import SocketLoop
import Sockets

/// Reads our input once for all connections of a server: each gets everything that is read after it has joined.
///
/// Memory is bounded: reading stops while a member's queue is full. If that member's peer takes nothing for ``patience``, it
/// is given up, so that it does not hold the others back. Without members nothing is read, and so nothing is lost.
@LoopActor
package final class Broadcast {
  /// The most bytes that wait for one peer.
  static let queueLimit = 1 << 20
  /// How long a peer whose queue is full may take nothing.
  private let patience: Duration

  private let reader: MessageReader
  /// Whether the input is typed at a terminal.
  package let inputIsTerminal: Bool
  private var members: [QueueStream] = []
  private let changed = Suspension()
  private(set) var hasEnded = false
  private var hasFailed = false
  var isIncomplete: Bool { hasFailed || reader.isIncomplete }
  private let tap: (any ByteTap)?
  private let rate: RateLimit?

  /// A broadcast of what `reader` cuts; `tap` sees it once.
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

  /// One more connection's share of the input.
  package func member(keepsMessageBoundaries: Bool) -> QueueStream {
    let member = QueueStream(self, keepsBoundaries: keepsMessageBoundaries)
    members.append(member)
    changed.resume()
    return member
  }

  /// Reads until the input ends; then the members end, once they have sent what waits for them.
  package func run() async -> Pump.Ending {
    while true {
      guard await waitForMembers() else { return .cancelled }
      let message: [UInt8]
      switch await reader.next() {
      case .bytes(let bytes):
        if let rate {
          do throws(WaitError) { try await rate.pay(bytes.count) } catch { return .cancelled }
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
        // The last member has left while we waited: what comes now is for the next one.
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
        // It may have taken something at that very moment: the loop has us run after it.
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
