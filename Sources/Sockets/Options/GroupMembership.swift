/// A multicast group to receive, from every source or from one only.
public struct GroupMembership: Sendable, Hashable {
  /// The multicast address.
  public let group: IPAddress
  /// The index of the interface; 0 lets the routing table choose.
  public let interface: UInt32
  /// The only source to receive (RFC 4607); nil for all.
  public let source: IPAddress?

  /// Text that is not a group, or names an interface that this host does not have.
  public enum TextError: Error, Hashable, Sendable {
    case notAGroup(String)
    case unknownInterface(String)
    case notASource(String)
    case differentFamilies(IPAddress, IPAddress)
  }

  /// A group by its address; a source must have the same family.
  public init(group: IPAddress, interface: UInt32 = 0, source: IPAddress? = nil) {
    self.group = group
    self.interface = interface
    self.source = source
  }

  /// Parses `GROUP[@INTERFACE][,SOURCE]`: `239.1.2.3@lo`, `232.1.2.3@eth0,192.0.2.1`, `ff15::7@2`.
  ///
  /// `GROUP%INTERFACE` is accepted too. Calls `if_nametoindex(3)`.
  public init(_ text: String) throws(TextError) {
    let parts = text.split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false)
    let words = parts[0].split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "@" || $0 == "%" }
      .map(String.init)
    guard let group = IPAddress(words[0]), group.isMulticast else { throw .notAGroup(words[0]) }
    var interface: UInt32 = 0
    if words.count == 2 {
      guard let index = NetworkInterface.index(naming: words[1]) else { throw .unknownInterface(words[1]) }
      interface = index
    }
    guard parts.count == 2 else {
      self.init(group: group, interface: interface)
      return
    }
    guard let source = IPAddress(String(parts[1])), !source.isMulticast else { throw .notASource(String(parts[1])) }
    guard source.family == group.family else { throw .differentFamilies(group, source) }
    self.init(group: group, interface: interface, source: source)
  }
}

extension GroupMembership: CustomStringConvertible {
  /// The form that is parsed: `239.1.2.3@lo`, `232.1.2.3@eth0,192.0.2.1`.
  public var description: String {
    let place = interface == 0 ? "" : "@" + (NetworkInterface.name(of: interface) ?? String(interface))
    return "\(group)\(place)" + (source.map { ",\($0)" } ?? "")
  }
}

extension GroupMembership {
  /// The C struct: indexes in host order, addresses in network order.
  func bytes(for form: SocketOption.MembershipForm) -> [UInt8] {
    switch form {
    case .group:
      let index: [UInt8] = .storing(interface)
      return group.bytes + (group.family == .ipv6 ? index : .storing(UInt32(0)) + index)
    case .groupOfSource:
      // This struct identifies the interface by its address.
      return group.bytes + IPAddress.ipv4(interfaceAddress ?? .any).bytes + (source?.bytes ?? [])
    case .request, .requestOfSource:
      // The sockaddr_storage is aligned to eight bytes.
      return .storing(interface) + [0, 0, 0, 0] + Self.storage(group) + (source.map(Self.storage) ?? [])
    }
  }

  /// The first IPv4 address of the interface; 0.0.0.0 to let the routing table choose, nil if it has none.
  var interfaceAddress: IPv4Address? {
    interface == 0 ? .any : NetworkInterface.name(of: interface).flatMap { NetworkInterface.ipv4Address(of: $0) }
  }

  /// `struct sockaddr_storage`.
  private static func storage(_ address: IPAddress) -> [UInt8] {
    let bytes = SocketAddress(address, port: 0).bytes
    return bytes + [UInt8](repeating: 0, count: SocketAddress.capacity - bytes.count)
  }
}

extension GroupMembership.TextError: CustomStringConvertible {
  /// What is wrong, and what to write.
  public var description: String {
    switch self {
    case .notAGroup(let text):
      "'\(text)' is no multicast address: those are 224.0.0.0 to 239.255.255.255, and ff00:: and above"
    case .unknownInterface(let name): NetworkInterface.complaint(about: name)
    case .notASource(let text): "'\(text)' is no address of a source: write GROUP@INTERFACE,SOURCE"
    case .differentFamilies(let group, let source): "the group \(group) and its source \(source) are of two families"
    }
  }
}

extension NetworkInterface {
  /// The index of the interface with this name or index; nil if there is none.
  ///
  /// Calls `if_nametoindex(3)`, for a number `if_indextoname(3)`.
  public static func index(naming text: String) -> UInt32? {
    if let index = index(of: text) { return index }
    guard let index = UInt32(text), name(of: index) != nil else { return nil }
    return index
  }

  /// The error message for an interface that does not exist, with a list of those that do.
  ///
  /// Calls `if_nameindex(3)`.
  public static func complaint(about name: String) -> String {
    let names = (try? all().map(\.name)) ?? []
    return "no interface '\(name)' here" + (names.isEmpty ? "" : ": there is \(names.joined(separator: ", "))")
  }
}
