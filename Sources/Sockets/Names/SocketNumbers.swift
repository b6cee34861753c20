/// The arguments of `socket(2)` that a user gave by number or C name; nil if not given.
public struct SocketNumbers: Hashable, Sendable {
  /// The first argument: `AF_INET`.
  public var family: AddressFamily?
  /// The second: `SOCK_STREAM`.
  public var type: SocketType?
  /// The third: `IPPROTO_MPTCP`.
  public var protocolNumber: TransportProtocol?

  /// Creates the arguments from their parts.
  public init(
    family: AddressFamily? = nil, type: SocketType? = nil, protocolNumber: TransportProtocol? = nil
  ) {
    self.family = family
    self.type = type
    self.protocolNumber = protocolNumber
  }
}

extension Transport {
  /// The transport that the numbers mean: the first named one that fits, with its traits; otherwise one with the traits
  /// of its type.
  ///
  /// Nil if they are ambiguous: a transport without a name needs both the family and the type.
  ///
  /// - Parameter forMessages: whether to consider only transports that carry single messages.
  public init?(_ numbers: SocketNumbers, forMessages: Bool = false) {
    let rows = numbers.family.map { family in Self.all.filter { $0.families.contains(family) } } ?? Self.internet
    let fitting = rows.first { row in
      // A raw socket fits any protocol, so it must be asked for explicitly.
      let fitsType = numbers.type.map { $0 == row.type } ?? !row.traits.contains(.protocolForPort)
      return fitsType && row.agrees(onProtocol: numbers.protocolNumber) && !(forMessages && row.isConnectionOriented)
    }
    if let fitting {
      self = fitting.with(openProtocol: numbers.protocolNumber)
      return
    }
    guard let family = numbers.family, let type = numbers.type else { return nil }
    self = .of(family: family, type: type, protocolNumber: numbers.protocolNumber ?? .automatic)
    if forMessages, isConnectionOriented { return nil }
  }

  /// The same transport with the given protocol, if its name covers several.
  public func with(openProtocol protocolNumber: TransportProtocol?) -> Transport {
    guard leavesProtocolOpen, let protocolNumber else { return self }
    return with(protocolNumber: protocolNumber)
  }

  private func agrees(onProtocol wanted: TransportProtocol?) -> Bool {
    // 0 is the default protocol of the type.
    wanted == nil || wanted == .automatic || leavesProtocolOpen || wanted == protocolNumber
  }

  /// The first number that contradicts the transport, with the transport's own; nil if all agree.
  public func contradiction(to numbers: SocketNumbers) -> (given: String, own: String)? {
    if let family = numbers.family, !families.contains(family) {
      return ("\(family)", families.map { "\($0)" }.joined(separator: " or "))
    }
    if let type = numbers.type, type != self.type { return ("\(type)", "\(self.type)") }
    if let wanted = numbers.protocolNumber, wanted != protocolNumber, wanted != .automatic || !isOverIP {
      let family = numbers.family ?? families[0]
      return (family.name(of: wanted), family.name(of: protocolNumber))
    }
    return nil
  }
}
