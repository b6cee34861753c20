/// Why a session ends before its input does.
package enum ShellEnding: Error, Hashable, Sendable {
  /// An invalid line: `line:column: …`.
  case misuse(String)
  /// A failed expectation or assertion, or with `set -e` a failed call.
  case failed(String)
  /// `exit`.
  case exit(Int)
  /// The task was cancelled.
  case cancelled
}
