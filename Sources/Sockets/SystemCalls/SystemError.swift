/// A system call that failed: which call, on what, and the `errno` it left.
///
/// Its description is a sentence that can be shown to a user:
/// `connect to 127.0.0.1:1: Connection refused (ECONNREFUSED)`.
public struct SystemError: Error, Hashable, Sendable {
  /// The C name of the call: `connect`.
  public let call: String
  /// What `errno` held.
  public let number: ErrorNumber
  /// What the call was about, with its preposition: `to 127.0.0.1:1`; empty where there is nothing to name.
  public let subject: String

  /// An error of a call, from its parts.
  public init(call: String, number: ErrorNumber, subject: String = "") {
    self.call = call
    self.number = number
    self.subject = subject
  }

  /// The same error about something else: callers who know the peer's name add it here.
  public func about(_ subject: String) -> SystemError {
    SystemError(call: call, number: number, subject: subject)
  }
}

extension SystemError: CustomStringConvertible {
  /// The call, what it was about, and the error: `connect to 127.0.0.1:1: Connection refused (ECONNREFUSED)`.
  public var description: String {
    subject.isEmpty ? "\(call): \(number)" : "\(call) \(subject): \(number)"
  }
}
