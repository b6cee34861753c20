/// A line of output, in parts that a terminal may colour.
package struct ShellLine: Hashable, Sendable {
  /// What kind of output it is.
  package enum Kind: Hashable, Sendable {
    /// The result of a call.
    case result
    /// A failed or interrupted call.
    case failure
    /// Output of `print`, `show` and `help`.
    case text
  }

  package var kind: Kind
  /// `[1] ` for the first job.
  package var job = ""
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

  /// The line as a script prints it, without its newline.
  package var text: String { job + head + body + time }
}
