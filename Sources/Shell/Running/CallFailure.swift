import Sockets

/// Why a statement has no result.
enum CallFailure: Error {
  /// The call failed.
  case system(SystemError)
  /// A look-up failed, with its C name (`EAI_NONAME`) and meaning.
  case lookup(name: String, meaning: String)
  /// The statement is invalid and was not run.
  case misuse(SyntaxError)
  /// An expectation failed.
  case expectation(Position, String)
  /// A nested block ended the session.
  case ending(ShellEnding)
  /// Ctrl-C, or the end of the session.
  case cancelled
}
