import CSocketShims
import Glibc

/// The signal mask of `ppoll(2)` and `pselect(2)`; none leaves that of the thread.
struct SignalMask {
  private let signals: [CInt]?
  private var set = sigset_t()

  init(_ signals: [CInt]?) {
    self.signals = signals
    unsafe sigemptyset(&set)
    for signal in signals ?? [] { unsafe sigaddset(&set, signal) }
  }

  /// For an observer: the signals by their numbers.
  var argument: SystemCallArgument {
    signals.map { .list($0.map { .integer(Int($0)) }) } ?? .null
  }

  /// Passes it to a C call; a null pointer if there is none.
  mutating func withPointer(_ body: (UnsafePointer<sigset_t>?) -> Int) -> Int {
    if signals == nil { return body(nil) }
    return unsafe body(&set)
  }
}
