/// One attempt at a system call, or at a look-up of the C library: its name, arguments and outcome.
public struct SystemCall: Sendable {
  /// The C name: `sendto`.
  public let name: String
  /// The descriptor that it works on; -1 if none.
  public let descriptor: CInt
  /// How many bytes or messages it may move; 0 if it moves none.
  public let count: Int
  /// The arguments in the order of the C prototype.
  ///
  /// Lengths of addresses are omitted, since the addresses show them. Arguments that the kernel writes (a receive
  /// buffer, the peer's address) have their contents once the call has returned. Before the call the array is empty,
  /// unless the observer replaces results.
  public internal(set) var arguments: [SystemCallArgument]
  /// The outcome; nil before the call.
  public internal(set) var outcome: Outcome?

  /// The result of a call, and how long it took.
  public struct Outcome: Sendable, Hashable {
    /// The return value; -1 if a system call failed.
    public let value: Int
    /// The value of `errno`, if the call failed and set it.
    public let error: ErrorNumber?
    /// The C name of the failure: `ECONNREFUSED`, or for a look-up `EAI_NONAME` or `HOST_NOT_FOUND`; nil on success.
    public let failure: String?
    /// The time from just before the call until just after it.
    public let duration: Duration
  }
}

extension SystemCall: CustomStringConvertible {
  /// The call in C notation, and its result if it has returned: `connect(3, [::1]:1100) = -1 ECONNREFUSED`.
  public var description: String {
    let call = "\(name)(\(arguments.map(\.description).joined(separator: ", ")))"
    guard let outcome else { return call }
    return "\(call) = \(outcome)"
  }

  /// The same with the time it took: `connect(3, [::1]:1100) = -1 ECONNREFUSED (0.1 ms)`; less than that to the
  /// microsecond.
  public var timedDescription: String {
    guard let outcome else { return description }
    return "\(description) (\(Self.milliseconds(Int(outcome.duration.count(of: .microseconds)))) ms)"
  }
}

extension SystemCall {
  private static func milliseconds(_ microseconds: Int) -> String {
    if microseconds < 100 {
      return microseconds == 0 ? "0.0" : "0.0" + (microseconds < 10 ? "0" : "") + "\(microseconds)"
    }
    let tenths = (microseconds + 50) / 100
    return "\(tenths / 10).\(tenths % 10)"
  }
}

extension SystemCall.Outcome: CustomStringConvertible {
  /// `3`, `-1 ECONNREFUSED`.
  public var description: String { failure.map { "\(value) \($0)" } ?? "\(value)" }
}
