import SocketLoop

/// Limits a transfer to a number of bytes per second, smoothly: a token bucket that releases bytes in pieces of 10 ms
/// and saves up at most two such pieces.
@LoopActor
package final class RateLimit {
  private let bytesPerSecond: Double
  /// How many bytes may pass now; negative if more than allowed have passed.
  private var budget: Double
  private var latest = MonotonicTime.now
  private var waiting = 0
  /// Whether a transfer is waiting for the limit.
  package var isHoldingBack: Bool { waiting > 0 }
  /// The smallest amount worth a system call.
  private var piece: Double { max(1, bytesPerSecond / 100) }

  /// - Parameter bytesPerSecond: at least 1.
  package init(bytesPerSecond: Int) {
    self.bytesPerSecond = Double(max(1, bytesPerSecond))
    budget = max(1, self.bytesPerSecond / 100)
  }

  /// Waits until bytes may pass, and returns how many.
  ///
  /// - Throws: `cancelled` if the task was cancelled.
  func allowance() async throws(WaitError) -> Int {
    while true {
      refill()
      if budget >= piece { return Int(budget) }
      waiting += 1
      defer { waiting -= 1 }
      try await EventLoop.sleep(until: .after(.nanoseconds(Int64((piece - budget) / bytesPerSecond * 1e9) + 1)))
    }
  }

  /// Records that bytes have passed.
  func used(_ count: Int) { budget -= Double(count) }

  /// Waits until the limit allows a message of this size, and charges for it.
  ///
  /// - Throws: `cancelled` if the task was cancelled.
  package func wait(toSend count: Int) async throws(WaitError) {
    _ = try await allowance()
    used(count)
  }

  /// The same for a message that was received, with the errors of a receiving call.
  package func wait(toReceive count: Int) async throws(LoopError) {
    do throws(WaitError) { try await wait(toSend: count) } catch { throw LoopError(error) }
  }

  private func refill() {
    let now = MonotonicTime.now
    let seconds = Double(now.nanoseconds - latest.nanoseconds) / 1e9
    latest = now
    budget = min(budget + seconds * bytesPerSecond, 2 * piece)
  }
}
