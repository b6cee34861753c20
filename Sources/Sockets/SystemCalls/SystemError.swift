/// A failed system call: the call, its object, and the `errno` it set.
///
/// Its description is a sentence that can be shown to a user:
/// `connect to 127.0.0.1:1: Connection refused (ECONNREFUSED)`.
public struct SystemError: Error, Hashable, Sendable {
  /// The C name of the call: `connect`.
  public let call: String
  /// The value of `errno`.
  public let number: ErrorNumber
  /// The object of the call with its preposition, such as `to 127.0.0.1:1`; empty if there is none.
  public let subject: String

  /// Creates an error from its parts.
  public init(call: String, number: ErrorNumber, subject: String = "") {
    self.call = call
    self.number = number
    self.subject = subject
  }

  /// The same error with another subject, for callers that know the peer's name.
  public func about(_ subject: String) -> SystemError {
    SystemError(call: call, number: number, subject: subject)
  }
}

extension SystemError: CustomStringConvertible {
  /// The call, its subject and the error: `connect to 127.0.0.1:1: Connection refused (ECONNREFUSED)`.
  public var description: String {
    subject.isEmpty ? "\(call): \(number)" : "\(call) \(subject): \(number)"
  }
}
