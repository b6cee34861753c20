import CSocketShims
import Glibc
import Sockets

/// Signals delivered as values on the loop: they are blocked, and read from a signalfd.
@LoopActor
public final class Signals {
  private let descriptor: CInt
  private let watch: Watch
  private var set = sigset_t()

  /// Blocks the signals in this thread and those it starts, until the process ends.
  ///
  /// Calls `pthread_sigmask(3)` and `signalfd(2)`.
  public init(_ numbers: [CInt]) throws(SystemError) {
    sigemptyset(&set)
    for number in numbers { sigaddset(&set, number) }
    descriptor = signalfd(-1, &set, CInt(SFD_CLOEXEC) | CInt(SFD_NONBLOCK))
    if descriptor < 0 { throw SystemError(call: "signalfd", number: ErrorNumber(rawValue: errno)) }
    watch = Watch(descriptor)
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
      var information = signalfd_siginfo()
      let size = MemoryLayout<signalfd_siginfo>.size
      if read(descriptor, &information, size) == size { return CInt(information.ssi_signo) }
    }
  }

  deinit { Glibc.close(descriptor) }
}
