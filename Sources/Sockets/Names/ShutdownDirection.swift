import Glibc

/// The second argument of `shutdown(2)`: which direction to close.
public struct ShutdownDirection: NamedConstant {
  /// The C value.
  public let rawValue: CInt
  /// Any value, even one without a name here.
  public init(rawValue: CInt) { self.rawValue = rawValue }

  /// `SHUT_RD`: nothing more is received.
  public static let receiving = Self(rawValue: CInt(SHUT_RD))
  /// `SHUT_WR`: nothing more is sent; a TCP peer sees the end of the stream (FIN).
  public static let sending = Self(rawValue: CInt(SHUT_WR))
  /// `SHUT_RDWR`: both.
  public static let both = Self(rawValue: CInt(SHUT_RDWR))

  /// The values that have a name, with their C names.
  public static let names: [(value: CInt, name: String)] = [(0, "SHUT_RD"), (1, "SHUT_WR"), (2, "SHUT_RDWR")]
}
