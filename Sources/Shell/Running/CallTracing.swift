import SocketLoop
import Sockets

/// Shows the system calls that the calls of a session make, while `trace` is on.
///
/// What the shell does between its calls, such as reading lines and printing results, is not shown.
@LoopActor
package final class CallTracing {
  private let watch: SystemCallWatch?
  /// How many calls are under way: several jobs may wait at once.
  private var running = 0
  /// Whether `trace` is on.
  private(set) var isOn: Bool

  /// - Parameters:
  ///   - observer: receives the calls; nil if there is nowhere to show them.
  ///   - isOn: whether they are shown from the start.
  package nonisolated init(_ observer: (any SystemCallObserver)? = nil, isOn: Bool = false) {
    watch = observer.map { SystemCallWatch($0) }
    self.isOn = isOn && observer != nil
  }

  /// `trace on`, `trace off`.
  func turn(on: Bool) {
    isOn = on
    update()
  }

  func callBegins() {
    running += 1
    update()
  }

  func callEnds() {
    running -= 1
    update()
  }

  private func update() {
    if isOn && running > 0 { watch?.begin() } else { watch?.end() }
  }
}
