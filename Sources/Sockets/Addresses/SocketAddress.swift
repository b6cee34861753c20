import Glibc

/// An address of any family, as the kernel takes and returns it: a `sockaddr_storage` and a length.
public struct SocketAddress: Sendable {
  var storage: InlineArray<128, UInt8>
  /// The length in bytes.
  public internal(set) var length: Int

  /// The maximum length: the size of `sockaddr_storage`.
  public static let capacity = 128

  init() {
    storage = InlineArray(repeating: 0)
    length = 0
  }

  /// Creates an address from the bytes of its C struct, family first, for families without a type in this library.
  public init(bytes: [UInt8]) throws(AddressError) {
    guard bytes.count <= Self.capacity else { throw .tooLong(bytes.count) }
    self.init()
    for (index, byte) in bytes.enumerated() { storage[index] = byte }
    length = bytes.count
  }

  /// Creates a C struct from its family and the bytes that follow.
  init(family: AddressFamily, _ body: [UInt8]) {
    self.init()
    let bytes = .storing(UInt16(truncatingIfNeeded: family.rawValue)) + body
    length = min(bytes.count, Self.capacity)
    for index in 0..<length { storage[index] = bytes[index] }
  }

  /// The bytes of the C struct.
  public var bytes: [UInt8] { (0..<length).map { storage[$0] } }

  /// The address family; ``AddressFamily/unspecified`` if there is no address.
  public var family: AddressFamily {
    guard length >= 2 else { return .unspecified }
    return AddressFamily(rawValue: CInt(UInt16(storage[0]) | UInt16(storage[1]) << 8))
  }

  /// Creates an address from an IPv4 or IPv6 host and a port in host byte order.
  public init(_ host: IPAddress, port: UInt16) {
    switch host {
    case .ipv4(let address): self = .ipv4(address, port: port)
    case .ipv6(let address): self = .ipv6(address, port: port)
    }
  }

  /// A `sockaddr_in`.
  public static func ipv4(_ address: IPv4Address, port: UInt16) -> SocketAddress {
    var result = sockaddr_in()
    result.sin_family = sa_family_t(AF_INET)
    result.sin_port = port.bigEndian
    result.sin_addr = address.network
    return SocketAddress(copying: result)
  }

  /// A `sockaddr_in6`.
  ///
  /// `scope` is the interface index, required for link-local addresses; `flow` is the flow information.
  public static func ipv6(
    _ address: IPv6Address, port: UInt16, scope: UInt32 = 0, flow: UInt32 = 0
  ) -> SocketAddress {
    var result = sockaddr_in6()
    result.sin6_family = sa_family_t(AF_INET6)
    result.sin6_port = port.bigEndian
    result.sin6_addr = address.network
    result.sin6_scope_id = scope
    result.sin6_flowinfo = flow.bigEndian
    return SocketAddress(copying: result)
  }

  /// A `sockaddr_un` of the length of its name.
  public static func unix(_ address: UnixAddress) -> SocketAddress {
    var result = SocketAddress()
    result.storage[0] = UInt8(AF_UNIX)
    var next = 2
    func append(_ byte: UInt8) {
      result.storage[next] = byte
      next += 1
    }
    switch address {
    case .path(let bytes):
      for byte in bytes.prefix(UnixAddress.longestName) { append(byte) }
      append(0)
    case .abstract(let bytes):
      append(0)
      for byte in bytes.prefix(UnixAddress.longestName) { append(byte) }
    case .unnamed: break
    }
    result.length = next
    return result
  }

  /// A `sockaddr_vm`.
  public static func vsock(_ address: VsockAddress) -> SocketAddress { address.socketAddress() }

  private init<CAddress>(copying address: CAddress) {
    self.init()
    length = MemoryLayout<CAddress>.size
    var mutable = storage.mutableSpan
    unsafe withUnsafeBytes(of: address) { bytes in
      for index in 0..<bytes.count { unsafe mutable[index] = bytes[index] }
    }
  }

  /// The decoded address.
  public var contents: Contents {
    switch family {
    case .ipv4 where length >= MemoryLayout<sockaddr_in>.size:
      let address = copy(into: sockaddr_in())
      return .ipv4(IPv4Address(network: address.sin_addr), port: UInt16(bigEndian: address.sin_port))
    case .ipv6 where length >= 24:
      let address = copy(into: sockaddr_in6())
      return .ipv6(
        IPv6Address(network: address.sin6_addr), port: UInt16(bigEndian: address.sin6_port),
        scope: address.sin6_scope_id)
    case .unix:
      let name = Array(bytes.dropFirst(2))
      if name.isEmpty { return .unix(.unnamed) }
      if name[0] == 0 { return .unix(.abstract(Array(name.dropFirst()))) }
      return .unix(.path(Array(name.prefix { $0 != 0 })))
    default: return .other(family, bytes)
    }
  }

  private func copy<CAddress>(into address: CAddress) -> CAddress {
    var result = address
    unsafe withUnsafeMutableBytes(of: &result) { bytes in
      for index in 0..<bytes.count { unsafe bytes[index] = storage[index] }
    }
    return result
  }

  /// A decoded address.
  public enum Contents: Hashable, Sendable {
    case ipv4(IPv4Address, port: UInt16)
    case ipv6(IPv6Address, port: UInt16, scope: UInt32)
    case unix(UnixAddress)
    case other(AddressFamily, [UInt8])
  }

  /// The port of an IPv4 or IPv6 address.
  public var port: UInt16? {
    switch contents {
    case .ipv4(_, let port), .ipv6(_, let port, _): port
    case .unix, .other: nil
    }
  }

  /// The same address with another port; unchanged if the family has no ports.
  public func with(port: UInt16) -> SocketAddress {
    switch contents {
    case .ipv4, .ipv6: replacing(at: 2, .storing(port.bigEndian))
    case .unix, .other: self
    }
  }

  /// The flow information of an IPv6 address, in host order: `sin6_flowinfo`, the traffic class and the flow label.
  public var flowInfo: UInt32? {
    guard case .ipv6 = contents else { return nil }
    return UInt32(bigEndian: copy(into: sockaddr_in6()).sin6_flowinfo)
  }

  /// The same address with other flow information; unchanged if it is not IPv6.
  public func with(flowInfo: UInt32) -> SocketAddress {
    guard case .ipv6 = contents else { return self }
    return replacing(at: 4, .storing(flowInfo.bigEndian))
  }

  /// The same struct with other bytes at a place: the members next to it stay as they are.
  private func replacing(at offset: Int, _ bytes: [UInt8]) -> SocketAddress {
    var result = self
    for (index, byte) in bytes.enumerated() { result.storage[offset + index] = byte }
    result.length = max(length, offset + bytes.count)
    return result
  }

  /// Whether the kernel is to choose the port.
  public var asksForAnyPort: Bool { port.map { $0 == 0 } ?? family.addressType?.init(self)?.asksForAnyPort ?? false }

  /// The path of the file that `bind(2)` creates, or nil.
  public var file: [UInt8]? { family.addressType?.init(self)?.file }

  /// Whether it has no name, so that nothing can be sent to it.
  public var isUnnamed: Bool { length <= 2 }

  /// The IPv4 address that an IPv4-mapped IPv6 address stands for (`::ffff:127.0.0.1`); any other address unchanged.
  public var unmapped: SocketAddress {
    guard case .ipv6(let address, let port, _) = contents, let mapped = address.mappedIPv4 else { return self }
    return .ipv4(mapped, port: port)
  }

  /// Whether it is link-local without a scope: `fe80::1` rather than `fe80::1%eth0`.
  public var lacksScope: Bool {
    if case .ipv6(let address, _, scope: 0) = contents { address.isLinkLocal } else { false }
  }

  /// The same address with an interface as its scope; unchanged if it is not IPv6.
  public func with(scope: UInt32) -> SocketAddress {
    guard case .ipv6 = contents else { return self }
    return replacing(at: 24, .storing(scope))
  }

  /// Whether it is a multicast address: 224.0.0.0/4, ff00::/8.
  public var isMulticast: Bool {
    switch contents {
    case .ipv4(let address, _): address.isMulticast
    case .ipv6(let address, _, _): address.isMulticast
    case .unix, .other: false
    }
  }

  /// Whether traffic to it never leaves this host: 127.0.0.0/8, ::1, and every Unix address.
  public var isLoopback: Bool {
    switch contents {
    case .ipv4(let address, _): address.isLoopback
    case .ipv6(let address, _, _): address.isLoopback || address.mappedIPv4?.isLoopback == true
    case .unix: true
    case .other: false
    }
  }

  /// Whether a socket bound to it can serve IPv4, too, with `IPV6_V6ONLY` off: `::`, any address of IPv6.
  public var canServeBothFamilies: Bool {
    if case .ipv6(.any, _, _) = contents { true } else { false }
  }

  /// Whether a message from `other` may be an answer to one sent to this address.
  ///
  /// The ends of a socket pair have no names, and some families answer from another kind of address than was sent to.
  public func isAnswered(by other: SocketAddress) -> Bool {
    self == other || other.isUnnamed || family.addressType?.repliesFromPeerAddress == false
  }
}

extension SocketAddress: Hashable {
  /// Compares the bytes of the addresses.
  public static func == (left: SocketAddress, right: SocketAddress) -> Bool {
    guard left.length == right.length else { return false }
    for index in 0..<left.length where left.storage[index] != right.storage[index] { return false }
    return true
  }

  /// Hashes the bytes of the address.
  public func hash(into hasher: inout Hasher) {
    for index in 0..<length { hasher.combine(storage[index]) }
  }
}

extension SocketAddress: CustomStringConvertible {
  /// `127.0.0.1:1100`, `[fe80::1%2]:1100`, a path, `@name`, `(unnamed)`; other families as their name and bytes.
  ///
  /// An IPv4-mapped IPv6 address (`::ffff:127.0.0.1`) is shown as IPv4.
  public var description: String {
    switch contents {
    case .ipv4(let address, let port): return "\(address):\(port)"
    case .ipv6(let address, let port, let scope):
      if let mapped = address.mappedIPv4 { return "\(mapped):\(port)" }
      return "[\(address)\(scope == 0 ? "" : "%" + Self.interfaceName(scope))]:\(port)"
    case .unix(let address): return address.description
    case .other(.unspecified, []): return "(none)"
    case .other(let family, let bytes):
      if let address = family.addressType?.init(self) { return address.description }
      return "\(family) "
        + bytes.dropFirst(2).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
    }
  }

  /// The name of an interface, or its number if it no longer exists.
  private static func interfaceName(_ index: UInt32) -> String { NetworkInterface.name(of: index) ?? String(index) }
}

extension SocketAddress {
  /// Passes the address to a C call.
  func withSockaddr<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    unsafe withUnsafeBytes(of: storage) { bytes in
      // baseAddress is never nil: an InlineArray of 128 bytes is not empty.
      unsafe body(
        bytes.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: sockaddr.self), socklen_t(length))
    }
  }

  /// Lets a C call fill in the address, and limits the length it reports to the capacity.
  mutating func withMutableSockaddr<Result>(
    _ body: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Result
  ) -> Result {
    var filled = socklen_t(Self.capacity)
    let result = unsafe withUnsafeMutableBytes(of: &storage) { bytes in
      unsafe body(bytes.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: sockaddr.self), &filled)
    }
    length = min(Int(filled), Self.capacity)
    return result
  }
}
