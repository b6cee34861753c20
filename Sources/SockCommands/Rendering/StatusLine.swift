import Glibc
import Sockets
import Synchronization

/// The line at the bottom of the terminal that standard error is: drawn again and again in its place, while everything
/// else that goes to the terminal stands above it.
///
/// It is drawn over with blanks rather than erased by an escape: every terminal knows how to go back to the left.
enum StatusLine {
  private struct State {
    /// What stands there; empty for nothing.
    var shown = ""
    /// Standard output has left the cursor within a line of its own.
    var isWithinLine = false
  }

  private static let state = Mutex(State())

  /// Draws it, if the terminal takes it now and we are not in its background.
  static func draw(_ text: (_ columns: Int) -> String) {
    guard isOurs, hasRoom else { return }
    let columns = columns
    let text = text(columns)
    let piece: String? = state.withLock { state in
      // The payload's own line goes on: it has the place for as long.
      if state.isWithinLine || state.shown == text { return nil }
      defer { state.shown = text }
      // On a terminal that has become narrower the old line is on several rows by now, and no blanks reach them.
      return "\r" + text + blanks(min(state.shown.utf8.count, columns) - text.utf8.count)
    }
    if let piece { write(piece) }
  }

  /// Draws it for the last time, and leaves it there.
  static func finish(_ text: (_ columns: Int) -> String) {
    let text = text(columns)
    let piece: String = state.withLock { state in
      defer { state = State() }
      return (state.isWithinLine ? "\n" : "\r") + text + blanks(state.shown.utf8.count - text.utf8.count) + "\n"
    }
    if hasRoom { write(piece) }
  }

  /// Leaves it as it stands, and what comes goes below it.
  static func end() {
    let isShown = state.withLock { state in
      defer { state = State() }
      return !state.shown.isEmpty
    }
    if isShown { write("\n") }
  }

  /// Makes room for what comes on standard output.
  static func yield(endsLine: Bool) {
    let piece: String? = state.withLock { state in
      defer { state = State(shown: "", isWithinLine: !endsLine) }
      return state.shown.isEmpty ? nil : erasure(of: state.shown)
    }
    if let piece { write(piece) }
  }

  /// The lines with what is to be written before and behind them, so that they stand above this one.
  static func above(_ lines: String) -> String {
    let shown = state.withLock { $0.shown }
    return shown.isEmpty ? lines : erasure(of: shown) + lines + shown
  }

  private static func erasure(of text: String) -> String { "\r" + blanks(text.utf8.count) + "\r" }
  private static func blanks(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }

  /// A column stays free: in the last one the cursor may be on the next line already.
  private static var columns: Int {
    // A struct winsize: rows, columns, and both in pixels. Swift cannot see its members here.
    var size: [UInt16] = [0, 0, 0, 0]
    guard ioctl(2, UInt(TIOCGWINSZ), &size) == 0, size[1] > 0 else { return 79 }
    return Int(size[1]) - 1
  }

  /// In the background the terminal is another program's.
  private static var isOurs: Bool {
    let foreground = tcgetpgrp(2)
    return foreground < 0 || foreground == getpgrp()
  }

  /// A terminal that was stopped (^S) takes nothing, and nobody waits for it.
  private static var hasRoom: Bool {
    (try? Descriptor.standardError.isReady(.writable)) == true
  }

  private static func write(_ text: String) {
    var text = text
    text.withUTF8 { _ = try? Descriptor.standardError.write(UnsafeRawBufferPointer($0)) }
  }
}
