/// The arguments of `socket(2)` as far as a user gave them by number or by C name; what is nil was left open.
public struct SocketNumbers: Hashable, Sendable {
  /// The first argument: `AF_INET`.
  public var family: AddressFamily?
  /// The second: `SOCK_STREAM`.
  public var type: SocketType?
  /// The third: `IPPROTO_MPTCP`.
  public var protocolNumber: TransportProtocol?

  /// Arguments from their parts.
  public init(
    family: AddressFamily? = nil, type: SocketType? = nil, protocolNumber: TransportProtocol? = nil
  ) {
    self.family = family
    self.type = type
    self.protocolNumber = protocolNumber
  }
}

extension Transport {
  /// The transport that numbers stand for: the first that has a name and fits, and so all of its traits; else one whose
  /// traits are those of its type.
  ///
  /// Nil where the numbers leave open what it is: without a name, the family and the type have to be there.
  ///
  /// - Parameter forMessages: whether only those come into question that carry single messages.
  public init?(_ numbers: SocketNumbers, forMessages: Bool = false) {
    let rows = numbers.family.map { family in Self.all.filter { $0.families.contains(family) } } ?? Self.internet
    let fitting = rows.first { row in
      // A raw socket fits any protocol, and so is meant only where it is asked for.
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

  /// The same transport with a protocol that was given, where its name stands for several.
  public func with(openProtocol protocolNumber: TransportProtocol?) -> Transport {
    guard leavesProtocolOpen, let protocolNumber else { return self }
    return with(protocolNumber: protocolNumber)
  }

  private func agrees(onProtocol wanted: TransportProtocol?) -> Bool {
    // 0 is the protocol that is usual for the type.
    wanted == nil || wanted == .automatic || leavesProtocolOpen || wanted == protocolNumber
  }

  /// The first of the numbers that the transport contradicts, with what it has in its place; nil where all agree.
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
