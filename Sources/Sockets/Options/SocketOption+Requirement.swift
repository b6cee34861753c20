extension SocketOption {
  /// A capability that setting an option takes: of the row, `requires: "CAP_NET_ADMIN"`.
  public struct Requirement: Sendable, Hashable, ExpressibleByStringLiteral {
    /// `CAP_NET_ADMIN`.
    public let capability: String
    /// The values that take it, such as `above 6`; nil for every value.
    public let values: String?

    init(_ capability: String, for values: String? = nil) {
      self.capability = capability
      self.values = values
    }

    /// A capability that every value takes.
    public init(stringLiteral capability: String) { self.init(capability) }
  }
}

extension SocketOption.Requirement: CustomStringConvertible {
  /// `needs CAP_NET_ADMIN`, `above 6 needs CAP_NET_ADMIN`.
  public var description: String { (values.map { $0 + " " } ?? "") + "needs " + capability }
}
