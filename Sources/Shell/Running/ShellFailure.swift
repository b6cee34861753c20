import Sockets

/// Why a statement ended without a value.
enum CallFailure: Error {
  /// The call was made, and failed.
  case system(SystemError)
  /// A look-up failed: its C name (`EAI_NONAME`) and its meaning.
  case lookup(name: String, meaning: String)
  /// The statement makes no sense: it was not carried out.
  case misuse(SyntaxError)
  /// An expectation does not hold.
  case expectation(Position, String)
  /// A block within ended the session.
  case ending(ShellEnding)
  /// Ctrl-C, or the end of the session.
  case cancelled
}

/// How a session ends before its input does.
package enum ShellEnding: Error, Sendable {
  /// A line that cannot be carried out: `line:column: …`.
  case misuse(String)
  /// An expectation, an assertion, or with `set -e` a call that failed.
  case failed(String)
  /// `exit`.
  case exit(Int)
  /// Cancelled from outside.
  case cancelled
}
