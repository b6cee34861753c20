extension SocketOption {
  /// A capability that is required to set an option, in a row: `requires: "CAP_NET_ADMIN"`.
  public struct Requirement: Sendable, Hashable, ExpressibleByStringLiteral {
    /// The names of the capabilities, each of which is enough: `CAP_NET_ADMIN`.
    public let capabilities: [String]
    /// The values that require it, such as `above 6`; nil for every value.
    public let values: String?

    init(_ capability: String, for values: String? = nil) {
      // `CAP_NET_ADMIN or CAP_NET_RAW`
      capabilities = capability.split(separator: " ").map(String.init).filter { $0 != "or" }
      self.values = values
    }

    /// A capability that every value requires.
    public init(stringLiteral capability: String) { self.init(capability) }
  }
}

extension SocketOption.Requirement: CustomStringConvertible {
  /// `needs CAP_NET_ADMIN`, `above 6 needs CAP_NET_ADMIN`.
  public var description: String { (values.map { $0 + " " } ?? "") + "needs " + capabilities.joined(separator: " or ") }
}
