import SocketLoop
import Sockets

// What a relay waits for besides its two pumps. Each wait is a task that returns an event, or nil if it was cancelled.
extension Relay {
  /// When the relay ends early: how long delivering the input already read may take.
  static let deliveryLimit = Duration.seconds(5)

  /// Starts the timers that run after a side's input has ended: the time limit for the other side, and the silence
  /// limit.
  func startWaiting(after name: SideName, _ group: inout TaskGroup<Event?>) {
    let rules = rules[name]
    if let quiet = rules.quiet {
      add(to: &group) { await self.isSilent(for: quiet, unlessHeldUp: false) ? .waitOver : nil }
    }
    if let wait = rules.wait { add(to: &group) { await Self.sleep(for: wait) ? .waitOver : nil } }
  }

  /// Detects that a side has failed even though nothing is being read from it.
  func watch(_ name: SideName, _ group: inout TaskGroup<Event?>) {
    let output = self[name].side.output
    add(to: &group) {
      do { try await output.failed() } catch { return nil }
      return .failed(name)
    }
  }

  /// Waits for silence in both directions.
  ///
  /// - Parameter unlessHeldUp: do not count it as silence while bytes wait for a slow reader of our own output.
  func isSilent(for duration: Duration, unlessHeldUp: Bool = true) async -> Bool {
    let (first, second) = (left.pump, right.pump)
    let local = [SideName.left, .right].filter { !self[$0.other].side.isConnection }.compactMap { self[$0].pump }
    return await ByteCounter.silence(
      of: first?.counter ?? ByteCounter(), second?.counter ?? ByteCounter(), lasting: duration
    ) {
      unlessHeldUp && local.contains { $0.isHeldUpBySink }
    }
  }

  static func sleep(for duration: Duration) async -> Bool {
    do { try await EventLoop.sleep(until: .after(duration)) } catch { return false }
    return true
  }
}
