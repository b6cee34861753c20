import Glibc
import Sockets

/// How this process was started: what it has to put back before another program takes its place.
public struct InheritedSettings: Sendable {
  private let mask: sigset_t
  /// The signals among those that sock handles in its own way that were ignored, as by nohup(1).
  private let ignored: [CInt]
  private let changed: [CInt]
  /// The standard descriptors that were closed, in rising order.
  public let closed: [Descriptor]

  /// Notes the settings, and makes writes fail that would end the process: to a reader that has gone (EPIPE), and to a
  /// file at the limit of its size (EFBIG).
  ///
  /// Calls `sigaction(2)` for SIGPIPE and SIGXFSZ, which are ignored from now on in every thread, and SIGQUIT, which gets
  /// its default back: the Swift runtime would treat it as a crash.
  public init() {
    var mask = sigset_t()
    pthread_sigmask(SIG_BLOCK, nil, &mask)
    self.mask = mask
    changed = [SIGPIPE, SIGQUIT, SIGXFSZ]
    ignored = changed.filter(Self.isIgnoring)
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    signal(SIGQUIT, SIG_DFL)
    closed = [Descriptor.standardInput, .standardOutput, .standardError].filter { !$0.isOpen }
  }

  /// Puts everything back, for a program that takes the place of this one.
  public func restore() {
    for number in changed { signal(number, ignored.contains(number) ? SIG_IGN : SIG_DFL) }
    // They may have been occupied since.
    for descriptor in closed { descriptor.close() }
    var mask = mask
    pthread_sigmask(SIG_SETMASK, &mask, nil)
  }

  private static func isIgnoring(_ number: CInt) -> Bool {
    var action = sigaction()
    guard sigaction(number, nil, &action) == 0 else { return false }
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}
