import SocketLoop
import Sockets

// What a relay waits for beside its two pumps: each is a task that ends with an event, or with nil if it was cancelled.
extension Relay {
  /// How long a side that has ended the relay early may take for what was read of the other's input.
  static let deliveryLimit = Duration.seconds(5)

  /// After a side has ended: the time that the other one has, and the silence that ends the relay.
  func startWaiting(after name: SideName, _ group: inout TaskGroup<Event?>) {
    let rules = rules[name]
    if let quiet = rules.quiet {
      add(to: &group) { await self.isSilent(for: quiet, unlessHeldUp: false) ? .waitOver : nil }
    }
    if let wait = rules.wait { add(to: &group) { await Self.sleep(for: wait) ? .waitOver : nil } }
  }

  /// Notices that a side has failed although nothing is read from it.
  func watch(_ name: SideName, _ group: inout TaskGroup<Event?>) {
    let output = self[name].side.output
    add(to: &group) {
      do { try await output.failed() } catch { return nil }
      return .failed(name)
    }
  }

  /// Waits for silence in both directions.
  ///
  /// - Parameter unlessHeldUp: bytes that our own reader does not take are no silence of the peer's.
  func isSilent(for duration: Duration, unlessHeldUp: Bool = true) async -> Bool {
    let (first, second) = (left.pump, right.pump)
    let local = [SideName.left, .right].filter { !self[$0.other].side.isConnection }.compactMap { self[$0].pump }
    return await Flow.silence(of: first?.flow ?? Flow(), second?.flow ?? Flow(), lasting: duration) {
      unlessHeldUp && local.contains { $0.isHeldUpBySink }
    }
  }

  static func sleep(for duration: Duration) async -> Bool {
    do { try await EventLoop.sleep(until: .after(duration)) } catch { return false }
    return true
  }
}
