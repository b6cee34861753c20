import Glibc
import Sockets

/// Signals delivered as values on the loop: they are blocked, and read from a signalfd.
@LoopActor
public final class Signals {
  private let descriptor: SignalDescriptor
  private let watch: Watch
  private var set = sigset_t()

  /// Blocks the signals in this thread and those it starts, until the process ends.
  ///
  /// Calls `pthread_sigmask(3)` and `signalfd(2)`.
  public init(_ numbers: [CInt]) throws(SystemError) {
    sigemptyset(&set)
    for number in numbers { sigaddset(&set, number) }
    descriptor = try SignalDescriptor(numbers)
    watch = Watch(descriptor.number)
    // Only now: a signal that is blocked and cannot be read would be lost.
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  /// Waits for the next signal and returns its number.
  public func next() async throws(LoopError) -> CInt {
    while true {
      do throws(LoopError) {
        try await watch.readable()
      } catch {
        // Without an epoll set they cannot be read, and while blocked they would have no effect.
        if case .system = error { pthread_sigmask(SIG_UNBLOCK, &set, nil) }
        throw error
      }
      if let number = descriptor.next() { return number }
    }
  }

  /// Ends the process by a signal, as if it had never been handled: the parent sees that the process died of it, so that
  /// a shell stops a loop or a script after Ctrl-C.
  ///
  /// Calls `sigaction(2)`, `pthread_sigmask(3)` and `raise(3)`. Returns only if the signal has no effect, as in the
  /// first process of a namespace.
  public nonisolated static func endProcess(by number: CInt) {
    signal(number, SIG_DFL)
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, number)
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
    raise(number)
  }
}
