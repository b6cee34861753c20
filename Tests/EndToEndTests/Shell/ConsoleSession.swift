import SockTestSupport

/// A suite whose tests have a session of the shell on a terminal.
protocol ConsoleSuite {
  var session: ConsoleSession { get }
}

/// `sock` alone on a terminal, waiting for a line.
struct ConsoleSession {
  let state: TemporaryDirectory
  let terminal: Terminal

  init() throws {
    state = try TemporaryDirectory()
    terminal = try Self.terminal(state)
  }

  static func terminal(
    _ state: TemporaryDirectory, _ arguments: [String] = [], environment: [String: String] = [:]
  ) throws -> Terminal {
    let terminal = try Terminal(arguments, state: state, environment: environment)
    try terminal.wait(for: "sock> ")
    return terminal
  }
}

extension ConsoleSuite {
  var state: TemporaryDirectory { session.state }
  var terminal: Terminal { session.terminal }

  /// Enters a line and waits for the next prompt. Returns what was shown up to there.
  @discardableResult
  func enter(_ line: String, prompt: String = "sock> ") throws -> String {
    try terminal.type(line + "\r")
    try terminal.wait(for: "\r\n")
    return try terminal.wait(for: prompt)
  }

  /// Gives the session a listener, `s`.
  func listen() throws {
    try enter("s = socket inet stream tcp")
    try enter("bind s 127.0.0.1:0")
    try enter("listen s 16")
  }
}
