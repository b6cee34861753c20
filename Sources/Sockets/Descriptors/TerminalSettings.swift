import Glibc

/// The settings of a terminal device: tcgetattr(3).
public struct TerminalSettings: Sendable {
  private var value: termios

  /// The present settings of a terminal.
  ///
  /// Calls `tcgetattr(3)`.
  public init(of terminal: Descriptor) throws(SystemError) {
    var value = termios()
    let number = terminal.number
    try Kernel.call("tcgetattr", on: number, about: "on descriptor \(number)", [.descriptor(number)]) { _ in
      unsafe Int(tcgetattr(number, &value))
    }
    self.value = value
  }

  /// The same without any processing of what passes, and if a line is given, with its speed and form.
  ///
  /// Calls `cfmakeraw(3)`.
  public func raw(_ line: SerialLine? = nil) -> TerminalSettings {
    var result = self
    unsafe cfmakeraw(&result.value)
    // Neither modem lines nor a hang-up are asked for.
    result.value.c_cflag |= tcflag_t(CLOCAL | CREAD)
    if let line { line.apply(to: &result.value) }
    return result
  }

  /// Makes these the settings of a terminal.
  ///
  /// Calls `tcsetattr(3)` with `TCSANOW`.
  public func apply(to terminal: Descriptor) throws(SystemError) {
    var value = value
    let number = terminal.number
    try Kernel.call("tcsetattr", on: number, about: "on descriptor \(number)", [.descriptor(number)]) { _ in
      unsafe Int(tcsetattr(number, TCSANOW, &value))
    }
  }
}

/// The speed and form of a serial line, written as in `115200n8`: bits per second, parity, data bits, and after a comma
/// or not the stop bits.
public struct SerialLine: Hashable, Sendable {
  /// How a parity bit is used.
  public enum Parity: String, Sendable, CaseIterable {
    case none = "n"
    case even = "e"
    case odd = "o"
  }

  /// Bits per second.
  public let speed: Int
  public let parity: Parity
  /// Data bits: 5 to 8.
  public let dataBits: Int
  /// Stop bits: 1 or 2.
  public let stopBits: Int

  /// Reads `SPEED`, `SPEEDn8` or `SPEEDn81`; nil if it is none of those.
  public init?(_ text: String) {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard let speed = Int(digits), Self.codes[speed] != nil else { return nil }
    let form = Array(text.dropFirst(digits.count).lowercased())
    self.speed = speed
    if form.isEmpty {
      (parity, dataBits, stopBits) = (.none, 8, 1)
      return
    }
    guard (2...3).contains(form.count), let parity = Parity(rawValue: String(form[0])),
      let dataBits = form[1].wholeNumberValue, (5...8).contains(dataBits),
      let stopBits = form.count == 3 ? form[2].wholeNumberValue : 1, (1...2).contains(stopBits)
    else { return nil }
    (self.parity, self.dataBits, self.stopBits) = (parity, dataBits, stopBits)
  }

  fileprivate func apply(to value: inout termios) {
    if let code = Self.codes[speed] {
      unsafe cfsetispeed(&value, code)
      unsafe cfsetospeed(&value, code)
    }
    let sizes = [5: CS5, 6: CS6, 7: CS7, 8: CS8]
    value.c_cflag &= ~tcflag_t(CSIZE | PARENB | PARODD | CSTOPB)
    value.c_cflag |= tcflag_t(sizes[dataBits] ?? CS8)
    if parity != .none { value.c_cflag |= tcflag_t(PARENB) }
    if parity == .odd { value.c_cflag |= tcflag_t(PARODD) }
    if stopBits == 2 { value.c_cflag |= tcflag_t(CSTOPB) }
  }

  /// The codes of asm/termbits.h, which are not numbers of bits.
  private static let codes: [Int: speed_t] = [
    300: 7, 600: 8, 1200: 9, 2400: 11, 4800: 12, 9600: 13, 19_200: 14, 38_400: 15, 57_600: 0o10001, 115_200: 0o10002,
    230_400: 0o10003, 460_800: 0o10004, 500_000: 0o10005, 921_600: 0o10007, 1_000_000: 0o10010, 1_500_000: 0o10012,
    2_000_000: 0o10013, 3_000_000: 0o10015, 4_000_000: 0o10017,
  ]
}

extension Descriptor {
  /// The window of a terminal; nil if it is none, or has none.
  ///
  /// Calls `ioctl(2)` with `TIOCGWINSZ`.
  public var windowSize: (rows: UInt16, columns: UInt16)? {
    var size: InlineArray<4, UInt16> = [0, 0, 0, 0]
    let (_, error) = Kernel.attempt(
      "ioctl", on: number, [.descriptor(number), .constant(Int(TIOCGWINSZ), name: "TIOCGWINSZ")]
    ) { _ in
      unsafe Int(Glibc.ioctl(number, UInt(TIOCGWINSZ), &size))
    }
    return error == nil && size[0] > 0 && size[1] > 0 ? (size[0], size[1]) : nil
  }
}
