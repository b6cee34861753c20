import CSocketShims

/// Why `gethostbyname(3)` or `gethostbyaddr(3)` failed.
public struct HostLookupError: Error, Hashable, Sendable {
  /// The value of `h_errno`.
  public struct Code: NamedConstant {
    /// The C value.
    public let rawValue: CInt
    /// Any value, even one without a name here.
    public init(rawValue: CInt) { self.rawValue = rawValue }

    /// `HOST_NOT_FOUND`: no such host.
    public static let hostNotFound = Self(rawValue: 1)
    /// `TRY_AGAIN`: the name server did not answer; try again later.
    public static let tryAgain = Self(rawValue: 2)
    /// `NO_RECOVERY`: the name server returned a permanent failure.
    public static let noRecovery = Self(rawValue: 3)
    /// `NO_DATA`: the host has no address of this family.
    public static let noData = Self(rawValue: 4)

    /// From netdb.h.
    public static let names: [(value: CInt, name: String)] = [
      (-1, "NETDB_INTERNAL"), (0, "NETDB_SUCCESS"), (1, "HOST_NOT_FOUND"), (2, "TRY_AGAIN"), (3, "NO_RECOVERY"),
      (4, "NO_DATA"),
    ]

    /// The message, such as `Unknown host`.
    ///
    /// Calls `hstrerror(3)`.
    public var meaning: String { unsafe String(cString: sockshim_hstrerror(rawValue)) }
  }

  /// The reason.
  public let code: Code
  /// The name or address that was looked up.
  public let asked: String

  init(code: Code, asked: String) {
    self.code = code
    self.asked = asked
  }
}

extension HostLookupError: CustomStringConvertible {
  /// `example.invalid: Unknown host (HOST_NOT_FOUND)`.
  public var description: String { "\(asked): \(code.meaning) (\(code))" }
}
