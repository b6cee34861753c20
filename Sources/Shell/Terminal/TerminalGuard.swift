import Glibc

/// Gives the terminal back when a signal ends the process that nobody waits for: a crash, ^\ from elsewhere, a timer.
///
/// While a line is edited the terminal shows nothing of what is typed by itself; who is left with that has to type
/// `reset` blindly.
enum TerminalGuard {
  /// The settings to go back to; none while the terminal has them.
  nonisolated(unsafe) private static var settings: UnsafeMutablePointer<termios>?
  nonisolated(unsafe) private static let memory = UnsafeMutablePointer<termios>.allocate(capacity: 1)
  private static let signals = [
    SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF,
    SIGXCPU, SIGXFSZ,
  ]

  /// To be called once, before the first ``arm()``.
  static func install() {
    for number in signals {
      var former = sigaction()
      // What somebody ignores ends nobody.
      guard sigaction(number, nil, &former) == 0,
        unsafeBitCast(former.__sigaction_handler.sa_handler, to: Int.self) != 1
      else { continue }
      var action = sigaction()
      action.sa_flags = CInt(bitPattern: UInt32(SA_RESETHAND)) | SA_NODEFER
      action.__sigaction_handler.sa_handler = { number in
        // Only calls that signal-safety(7) allows.
        TerminalGuard.restore()
        raise(number)
      }
      sigaction(number, &action, nil)
    }
  }

  /// Remembers how the terminal is, before a line is edited.
  static func arm() {
    guard tcgetattr(0, memory) == 0 else { return }
    settings = memory
  }

  /// The terminal is as it was.
  static func disarm() { settings = nil }

  private static func restore() {
    guard let settings else { return }
    tcsetattr(0, TCSANOW, settings)
    // Bracketed paste off, and a line of its own for what the parent says.
    let end: StaticString = "\u{1b}[?2004l\r\n"
    _ = write(0, end.utf8Start, end.utf8CodeUnitCount)
  }
}
