import Glibc
import Synchronization

/// The signal that is ending the run, from its arrival on.
package enum Interruption {
  private static let number = Atomic<CInt>(0)
  private static let hasEcho = Atomic<Bool>(false)

  /// Whether a signal is ending the run.
  static var isUnderWay: Bool { number.load(ordering: .relaxed) != 0 }

  static func begin(_ signal: CInt) {
    number.store(signal, ordering: .relaxed)
    hasEcho.store(signal == SIGINT, ordering: .relaxed)
  }

  static func reset() {
    number.store(0, ordering: .relaxed)
    hasEcho.store(false, ordering: .relaxed)
  }

  /// Whether a terminal may show `^C` where the next output would begin. True for the first caller only, who then begins
  /// a new line.
  package static func takeEcho() -> Bool {
    mayHaveEcho && hasEcho.exchange(false, ordering: .relaxed)
  }

  /// Whether ``takeEcho()`` would return true.
  package static var mayHaveEcho: Bool { hasEcho.load(ordering: .relaxed) }
}
