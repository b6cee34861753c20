import Glibc

/// A program on a pseudo-terminal, as a user has it.
package final class Terminal: Sendable {
  package let process: RunningProcess
  private let keyboard: Descriptor
  private let line: Descriptor
  private let before: [UInt8]
  private let shown = Monitor<[UInt8]>([])

  /// Starts `sock`, or another program, on its own terminal.
  ///
  /// - Parameters:
  ///   - state: the state directory (histories and the like), so that no test writes to the user's.
  ///   - file: the file for standard input; nil for the terminal.
  ///   - environment: variables to add or replace.
  package init(
    _ arguments: [String], program: String = Sock.binary, state: TemporaryDirectory, rows: Int = 24, columns: Int = 80,
    file: String? = nil, environment: [String: String] = [:]
  ) throws {
    keyboard = try Descriptor.open("/dev/ptmx", O_RDWR | O_NOCTTY)
    // TIOCSPTLCK and TIOCGPTN do what unlockpt(3) and ptsname(3) do, which the Glibc module hides.
    var isLocked: CInt = 0
    var number: CInt = 0
    guard ioctl(keyboard.raw, 0x4004_5431, &isLocked) == 0, ioctl(keyboard.raw, 0x8004_5430, &number) == 0 else {
      throw TestFailure("no pseudo-terminal: errno \(errno)")
    }
    line = try Descriptor.open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
    try Self.setSize(line, rows: rows, columns: columns)
    before = try Self.settings(of: line)
    // setsid makes it the controlling terminal of the session.
    let command = file == nil ? [program] : ["sh", "-c", #"exec "$0" "$@" <"$FILE""#, program]
    process = try RunningProcess(
      "setsid", ["--ctty"] + command + arguments, input: .descriptor(line), output: .descriptor(line),
      errors: .descriptor(line),
      environment: [
        "FILE": file ?? "", "TERM": "xterm", "INPUTRC": "/dev/null", "LC_ALL": "C.UTF-8", "XDG_STATE_HOME": state.path,
        "NO_COLOR": "",
      ].merging(environment) { $1 })
  }

  /// Types keys.
  package func type(_ keys: String) throws { try keyboard.write(keys) }

  /// Waits until a text is shown, and returns everything up to its end.
  @discardableResult
  package func wait(for wanted: String, within limit: Duration = .seconds(20)) throws -> String {
    let wanted = Array(wanted.utf8)
    let end = ContinuousClock.now + limit
    while true {
      let found: String? = shown.update { shown in
        guard let start = shown.indices.first(where: { shown[$0...].starts(with: wanted) }) else { return nil }
        let upTo = start + wanted.count
        defer { shown.removeFirst(upTo) }
        return String(decoding: shown[..<upTo], as: UTF8.self)
      }
      if let found { return found }
      let rest = end - .now
      guard rest > .zero, let more = try? keyboard.read(within: rest) else {
        throw TestFailure(
          "not shown: '\(String(decoding: wanted, as: UTF8.self))'; but \(describe(shown.update { $0 }))")
      }
      shown.update { $0 += more }
    }
  }

  /// Changes the size of the window.
  package func resize(rows: Int, columns: Int) throws {
    try Self.setSize(line, rows: rows, columns: columns)
    process.send(SIGWINCH)
  }

  /// Waits until the terminal's settings are the original ones: line mode, with ^C as a signal.
  package func waitUntilAsBefore() throws {
    try eventually("the terminal is as before") { try isAsBefore() }
  }

  /// Whether the terminal's settings are those from before the program was started.
  package func isAsBefore() throws -> Bool { try Self.settings(of: line) == before }

  /// The foreground process group, which gets the signals of keys like Ctrl-C.
  package var foregroundGroup: pid_t {
    var group: pid_t = -1
    // TIOCGPGRP on the other side: tcgetpgrp(3) requires our controlling terminal.
    return ioctl(keyboard.raw, UInt(TIOCGPGRP), &group) == 0 ? group : -1
  }

  private static func setSize(_ line: Descriptor, rows: Int, columns: Int) throws {
    var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    guard ioctl(line.raw, UInt(TIOCSWINSZ), &size) == 0 else { throw TestFailure("TIOCSWINSZ: errno \(errno)") }
  }

  private static func settings(of line: Descriptor) throws -> [UInt8] {
    var settings = termios()
    guard tcgetattr(line.raw, &settings) == 0 else { throw TestFailure("tcgetattr: errno \(errno)") }
    return withUnsafeBytes(of: &settings) { Array($0) }
  }
}
