import Glibc
import Sockets

/// How many columns there are for text on standard output.
enum OutputWidth {
  /// The width that the user chose by `COLUMNS`, or that of the terminal; nil if there is neither.
  static var chosen: Int? {
    if let text = getenv("COLUMNS"), let columns = Int(String(cString: text)), columns >= narrowest { return columns }
    // A struct winsize: rows, columns, and both in pixels. Swift cannot access its members here.
    var size: [UInt16] = [0, 0, 0, 0]
    guard ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size[1] >= narrowest else { return nil }
    return Int(size[1])
  }

  /// The width for a table: that of the terminal. Nil elsewhere, since a program that reads it needs whole lines.
  static var ofTable: Int? { Descriptor.standardOutput.isTerminal ? chosen : nil }

  private static let narrowest = 40
}
