/// One attempt at a system call, or at a look-up of the C library: its name, its arguments, and what came of it.
public struct SystemCall: Sendable {
  /// The C name: `sendto`.
  public let name: String
  /// The descriptor it works on; -1 if it takes none.
  public let descriptor: CInt
  /// How many bytes (or messages) it may move; 0 if the call moves none.
  public let count: Int
  /// The arguments in the order of the C prototype.
  ///
  /// The length of an address is left out, because the address shows it. What the kernel writes (a received buffer, the
  /// peer's address) is there once the call has returned. Empty before the call if the observer does not replace answers.
  public internal(set) var arguments: [SystemCallArgument]
  /// What came back; nil before the call.
  public internal(set) var outcome: Outcome?

  /// What a call returned, and how long it took.
  public struct Outcome: Sendable, Hashable {
    /// The return value; -1 for a failed system call.
    public let value: Int
    /// What `errno` held, if the call failed and set it.
    public let error: ErrorNumber?
    /// The C name of the failure: `ECONNREFUSED`, or of a look-up `EAI_NONAME`, `HOST_NOT_FOUND`; nil for success.
    public let failure: String?
    /// From just before the call to just after it.
    public let duration: Duration
  }
}

extension SystemCall: CustomStringConvertible {
  /// The call as C writes it, then the result if there is one: `connect(3, [::1]:1100) = -1 ECONNREFUSED`.
  public var description: String {
    let call = "\(name)(\(arguments.map(\.description).joined(separator: ", ")))"
    guard let outcome else { return call }
    return "\(call) = \(outcome)"
  }

  /// The same with the time taken: `connect(3, [::1]:1100) = -1 ECONNREFUSED (0.1 ms)`.
  public var timedDescription: String {
    guard let outcome else { return description }
    let tenths = (outcome.duration.count(of: .microseconds) + 50) / 100
    return "\(description) (\(tenths / 10).\(tenths % 10) ms)"
  }
}

extension SystemCall.Outcome: CustomStringConvertible {
  /// `3`, `-1 ECONNREFUSED`.
  public var description: String { failure.map { "\(value) \($0)" } ?? "\(value)" }
}
