import Glibc

/// Restores the terminal when a signal that nothing handles kills the process: a crash, SIGQUIT, a timer.
///
/// While a line is edited the terminal does not echo; a user left in that mode would have to type `reset` blindly.
enum TerminalGuard {
  /// The settings to restore; nil while they are in effect.
  nonisolated(unsafe) private static var settings: UnsafeMutablePointer<termios>?
  nonisolated(unsafe) private static let memory = UnsafeMutablePointer<termios>.allocate(capacity: 1)
  private static let signals = [
    SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF,
    SIGXCPU, SIGXFSZ,
  ]

  /// Call it once, before the first ``arm()``.
  static func install() {
    for number in signals {
      var former = sigaction()
      // An ignored signal does not kill.
      guard sigaction(number, nil, &former) == 0,
        unsafeBitCast(former.__sigaction_handler.sa_handler, to: Int.self) != 1
      else { continue }
      var action = sigaction()
      action.sa_flags = CInt(bitPattern: UInt32(SA_RESETHAND)) | SA_NODEFER
      action.__sigaction_handler.sa_handler = { number in
        // Async-signal-safe calls only: signal-safety(7).
        TerminalGuard.restore()
        raise(number)
      }
      sigaction(number, &action, nil)
    }
  }

  /// Saves the terminal's settings before a line is edited.
  static func arm() {
    guard tcgetattr(0, memory) == 0 else { return }
    settings = memory
  }

  /// The settings are restored.
  static func disarm() { settings = nil }

  private static func restore() {
    guard let settings else { return }
    tcsetattr(0, TCSANOW, settings)
    // Turns bracketed paste off, and starts a new line for the parent shell.
    let end: StaticString = "\u{1b}[?2004l\r\n"
    _ = write(0, end.utf8Start, end.utf8CodeUnitCount)
  }
}
