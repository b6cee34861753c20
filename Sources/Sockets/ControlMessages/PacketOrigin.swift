/// The source of datagrams, chosen for each one: a local address, an interface, or both.
public struct PacketOrigin: Sendable, Hashable {
  /// The source address; nil leaves it to the kernel.
  public let address: IPAddress?
  /// The index of the outgoing interface; 0 leaves it to the routing table.
  public let interface: UInt32

  /// Text that is not a source, or names something this host does not have.
  public enum TextError: Error, Hashable, Sendable {
    case notAnAddress(String)
    case unknownInterface(String)
  }

  /// Parses `ADDRESS`, `ADDRESS@INTERFACE` or `@INTERFACE`: `127.0.0.2`, `fe80::1@eth0`, `@2`.
  ///
  /// `ADDRESS%INTERFACE` is accepted, too. Calls `if_nametoindex(3)`.
  public init(_ text: String) throws(TextError) {
    let words = text.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "@" || $0 == "%" }.map(String.init)
    if words[0].isEmpty, words.count == 2 {
      address = nil
    } else {
      guard let local = IPAddress(words[0]), !local.isMulticast else { throw .notAnAddress(words[0]) }
      address = local.isWildcard ? nil : local
    }
    if words.count == 1 {
      interface = 0
    } else {
      guard let index = NetworkInterface.index(naming: words[1]) else { throw .unknownInterface(words[1]) }
      interface = index
    }
  }

  /// The packet information to send with in a family; nil if the address is of another one.
  public func packetInfo(of family: AddressFamily) -> PacketInfo? {
    guard let address else {
      return PacketInfo(local: family == .ipv6 ? .ipv6(.any) : .ipv4(.any), interface: interface)
    }
    return address.family == family ? PacketInfo(local: address, interface: interface) : nil
  }
}

extension PacketOrigin {
  /// Whether this host has the address; true if there is none.
  ///
  /// Calls `socket(2)` and `bind(2)`.
  public var isOfThisHost: Bool {
    guard let address else { return true }
    var host = SocketAddress(address, port: 0)
    // A link-local address needs the interface as its scope.
    if host.lacksScope { host = host.with(scope: interface) }
    do throws(SystemError) {
      try Socket.open(.udp, family: address.family).bind(to: host)
      return true
    } catch {
      return error.number != .addressNotAvailable
    }
  }
}

extension PacketOrigin: CustomStringConvertible {
  /// The form that is parsed: `127.0.0.2`, `fe80::1@eth0`, `@eth0`.
  public var description: String {
    let place = interface == 0 ? "" : "@" + (NetworkInterface.name(of: interface) ?? String(interface))
    return (address.map { "\($0)" } ?? (interface == 0 ? "\(IPAddress.ipv4(.any))" : "")) + place
  }
}

extension PacketOrigin.TextError: CustomStringConvertible {
  /// What is wrong, and what to write.
  public var description: String {
    switch self {
    case .notAnAddress(let text): "'\(text)' is no address of a host: write ADDRESS, ADDRESS@INTERFACE or @INTERFACE"
    case .unknownInterface(let name): NetworkInterface.complaint(about: name)
    }
  }
}
