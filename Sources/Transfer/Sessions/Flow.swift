import SocketLoop

/// What one direction has carried, and when last: read by whoever waits for silence.
@LoopActor
public final class Flow {
  public private(set) var bytes: UInt64 = 0
  public private(set) var latest: MonotonicTime
  public nonisolated init() { latest = .now }

  public func moved(_ count: Int) {
    bytes += UInt64(count)
    latest = .now
  }

  /// Waits until neither direction has carried anything for so long. False where the task was cancelled first.
  public func silence(lasting duration: Duration) async -> Bool {
    await Self.silence(of: self, self, lasting: duration)
  }

  static func silence(of first: Flow, _ second: Flow, lasting duration: Duration) async -> Bool {
    while true {
      let limit = max(first.latest, second.latest).advanced(by: duration)
      if MonotonicTime.now >= limit { return true }
      do { try await EventLoop.sleep(until: limit) } catch { return false }
    }
  }
}
