import Glibc
import Sockets
import Synchronization

/// A line at the bottom of the terminal on standard error, which is redrawn in place, with all other output above it.
///
/// It is overwritten with blanks instead of erased by an escape sequence, since every terminal supports a carriage
/// return.
enum StatusLine {
  private struct State {
    /// The text on the screen; empty for none.
    var shown = ""
    /// Whether the last output on standard output was an unfinished line.
    var isWithinLine = false
  }

  private static let state = Mutex(State())

  /// Draws the line, if the terminal accepts output and this process is in the foreground.
  static func draw(_ text: (_ columns: Int) -> String) {
    guard isOurs, hasRoom else { return }
    let columns = columns
    let text = text(columns)
    let piece: String? = state.withLock { state in
      // Do not draw over an unfinished line of the payload.
      if state.isWithinLine || state.shown == text { return nil }
      defer { state.shown = text }
      // On a terminal that has become narrower, the old line covers several rows, which blanks cannot erase.
      return "\r" + text + blanks(min(state.shown.utf8.count, columns) - text.utf8.count)
    }
    if let piece { write(piece) }
  }

  /// Draws the line for the last time, and leaves it on the screen.
  static func finish(_ text: (_ columns: Int) -> String) {
    let text = text(columns)
    let piece: String = state.withLock { state in
      defer { state = State() }
      return (state.isWithinLine ? "\n" : "\r") + text + blanks(state.shown.utf8.count - text.utf8.count) + "\n"
    }
    if hasRoom { write(piece) }
  }

  /// Leaves the line on the screen, with later output below it.
  static func end() {
    let isShown = state.withLock { state in
      defer { state = State() }
      return !state.shown.isEmpty
    }
    if isShown { write("\n") }
  }

  /// Clears the line before standard output is written to.
  static func yield(endsLine: Bool) {
    let piece: String? = state.withLock { state in
      defer { state = State(shown: "", isWithinLine: !endsLine) }
      return state.shown.isEmpty ? nil : erasure(of: state.shown)
    }
    if let piece { write(piece) }
  }

  /// The text to write so that these lines appear above the status line.
  static func above(_ lines: String) -> String {
    let shown = state.withLock { $0.shown }
    return shown.isEmpty ? lines : erasure(of: shown) + lines + shown
  }

  private static func erasure(of text: String) -> String { "\r" + blanks(text.utf8.count) + "\r" }
  private static func blanks(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }

  /// The width of the terminal less one column: after the last one, the cursor may be on the next line.
  private static var columns: Int {
    // A struct winsize: rows, columns, and both in pixels. Swift cannot access its members here.
    var size: [UInt16] = [0, 0, 0, 0]
    guard ioctl(2, UInt(TIOCGWINSZ), &size) == 0, size[1] > 0 else { return 79 }
    return Int(size[1]) - 1
  }

  /// Whether this process is in the foreground. In the background, another program uses the terminal.
  private static var isOurs: Bool {
    let foreground = tcgetpgrp(2)
    return foreground < 0 || foreground == getpgrp()
  }

  /// Whether the terminal accepts output. One that was stopped (^S) does not, and drawing must not wait for it.
  private static var hasRoom: Bool {
    CallTrace.unseen { (try? Descriptor.standardError.isReady(.writable)) == true }
  }

  private static func write(_ text: String) {
    var text = text
    CallTrace.unseen { text.withUTF8 { _ = try? Descriptor.standardError.write(UnsafeRawBufferPointer($0)) } }
  }
}
