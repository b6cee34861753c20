import SocketLoop

/// A limit of bytes per second, kept smoothly: what a hundredth of a second may carry goes at once, and nothing is saved up
/// for longer than twice that.
@LoopActor
package final class RateLimit {
  private let bytesPerSecond: Double
  /// What may pass now; below 0 where more has passed.
  private var budget: Double
  private var latest = MonotonicTime.now
  private var waiting = 0
  /// Whether something waits for its turn.
  package var isHoldingBack: Bool { waiting > 0 }
  /// The least that is worth a call.
  private var piece: Double { max(1, bytesPerSecond / 100) }

  /// - Parameter bytesPerSecond: at least 1.
  package init(bytesPerSecond: Int) {
    self.bytesPerSecond = Double(max(1, bytesPerSecond))
    budget = max(1, self.bytesPerSecond / 100)
  }

  /// Waits until something may pass, and tells how many bytes.
  ///
  /// - Throws: `cancelled`, where the task was.
  func allowance() async throws(WaitError) -> Int {
    while true {
      refill()
      if budget >= piece { return Int(budget) }
      waiting += 1
      defer { waiting -= 1 }
      try await EventLoop.sleep(until: .after(.nanoseconds(Int64((piece - budget) / bytesPerSecond * 1e9) + 1)))
    }
  }

  /// So many bytes have passed.
  func used(_ count: Int) { budget -= Double(count) }

  /// Waits until so many bytes may pass in one piece, and takes them off.
  ///
  /// - Throws: `cancelled`, where the task was.
  package func pay(_ count: Int) async throws(WaitError) {
    _ = try await allowance()
    used(count)
  }

  /// The same, for what is received.
  package func pass(_ count: Int) async throws(LoopError) {
    do throws(WaitError) { try await pay(count) } catch { throw LoopError(error) }
  }

  private func refill() {
    let now = MonotonicTime.now
    let seconds = Double(now.nanoseconds - latest.nanoseconds) / 1e9
    latest = now
    budget = min(budget + seconds * bytesPerSecond, 2 * piece)
  }
}
