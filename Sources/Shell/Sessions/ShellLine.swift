/// A line that a session shows, in the parts that a terminal may colour.
package struct ShellLine: Hashable, Sendable {
  /// What it tells.
  package enum Kind: Hashable, Sendable {
    /// What a call brought.
    case result
    /// A call that failed, or was interrupted.
    case failure
    /// What `print`, `show` and `help` say.
    case text
  }

  package var kind: Kind
  /// `[1] ` of the first side that was started.
  package var side = ""
  /// `accept = `.
  package var head: String
  /// `4 from 127.0.0.1:40000`.
  package var body: String
  /// `  (12 ms)`.
  package var time: String

  init(_ kind: Kind, head: String = "", body: String, time: String = "") {
    self.kind = kind
    self.head = head
    self.body = body
    self.time = time
  }

  /// As a script prints it, without its line end.
  package var text: String { side + head + body + time }
}
