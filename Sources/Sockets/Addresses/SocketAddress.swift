import Glibc

/// An address of any family, as the kernel takes and gives it: a `sockaddr_storage` and a length.
public struct SocketAddress: Sendable {
  var storage: InlineArray<128, UInt8>
  /// How many bytes count.
  public internal(set) var length: Int

  /// The most bytes that an address may have: the size of `sockaddr_storage`.
  public static let capacity = 128

  init() {
    storage = InlineArray(repeating: 0)
    length = 0
  }

  /// An address from the bytes of its C struct, family first: for families that this library has no type for.
  public init(bytes: [UInt8]) throws(AddressError) {
    guard bytes.count <= Self.capacity else { throw .tooLong(bytes.count) }
    self.init()
    for (index, byte) in bytes.enumerated() { storage[index] = byte }
    length = bytes.count
  }

  /// A C struct from its family and what stands behind it.
  init(family: AddressFamily, _ body: [UInt8]) {
    self.init()
    let bytes = .storing(UInt16(truncatingIfNeeded: family.rawValue)) + body
    length = min(bytes.count, Self.capacity)
    for index in 0..<length { storage[index] = bytes[index] }
  }

  /// The bytes of the C struct.
  public var bytes: [UInt8] { (0..<length).map { storage[$0] } }

  /// `AF_INET` and the rest; ``AddressFamily/unspecified`` where there is no address.
  public var family: AddressFamily {
    guard length >= 2 else { return .unspecified }
    return AddressFamily(rawValue: CInt(UInt16(storage[0]) | UInt16(storage[1]) << 8))
  }

  /// A host of either version of IP, and a port in the host's byte order.
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
  /// `scope` is the interface's index, needed by link-local addresses; `flow` the flow information.
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

  /// A `sockaddr_un`, as long as its name.
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

  /// What the address says, by family.
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

  /// An address taken apart.
  public enum Contents: Hashable, Sendable {
    case ipv4(IPv4Address, port: UInt16)
    case ipv6(IPv6Address, port: UInt16, scope: UInt32)
    case unix(UnixAddress)
    case other(AddressFamily, [UInt8])
  }

  /// The port of an internet address.
  public var port: UInt16? {
    switch contents {
    case .ipv4(_, let port), .ipv6(_, let port, _): port
    case .unix, .other: nil
    }
  }

  /// The same address with another port; unchanged where the family has none.
  public func with(port: UInt16) -> SocketAddress {
    switch contents {
    case .ipv4(let address, _): .ipv4(address, port: port)
    case .ipv6(let address, _, let scope): .ipv6(address, port: port, scope: scope)
    case .unix, .other: self
    }
  }

  /// Whether it leaves the choice of the port to the kernel.
  public var asksForAnyPort: Bool { port.map { $0 == 0 } ?? family.addressType?.init(self)?.asksForAnyPort ?? false }

  /// The path of the file that binding to it makes; nil where it makes none.
  public var file: [UInt8]? { family.addressType?.init(self)?.file }

  /// Whether nobody can send to it: an end that has no name.
  public var isUnnamed: Bool { length <= 2 }

  /// The IPv4 address that an IPv6 one stands for (`::ffff:127.0.0.1`); any other as it is.
  public var unmapped: SocketAddress {
    guard case .ipv6(let address, let port, _) = contents, let mapped = address.mappedIPv4 else { return self }
    return .ipv4(mapped, port: port)
  }

  /// Whether it is of one link and does not say of which: `fe80::1` without its `%eth0`.
  public var lacksScope: Bool {
    if case .ipv6(let address, _, scope: 0) = contents { address.isLinkLocal } else { false }
  }

  /// The same address on an interface; unchanged where it is not of IPv6.
  public func with(scope: UInt32) -> SocketAddress {
    guard case .ipv6(let address, let port, _) = contents else { return self }
    return .ipv6(address, port: port, scope: scope)
  }

  /// Whether it names a group: 224.0.0.0/4, ff00::/8.
  public var isMulticast: Bool {
    switch contents {
    case .ipv4(let address, _): address.isMulticast
    case .ipv6(let address, _, _): address.isMulticast
    case .unix, .other: false
    }
  }

  /// Whether it names this very host without leaving it: 127.0.0.0/8, ::1, and every Unix address.
  public var isLoopback: Bool {
    switch contents {
    case .ipv4(let address, _): address.isLoopback
    case .ipv6(let address, _, _): address.isLoopback || address.mappedIPv4?.isLoopback == true
    case .unix: true
    case .other: false
    }
  }

  /// Whether a message from `other` may be an answer to what was sent to this address.
  ///
  /// A pair has no names, and some families are sent to by one kind of address and answer with another.
  public func isAnswered(by other: SocketAddress) -> Bool {
    self == other || other.isUnnamed || family.addressType?.answersBearPeerAddress == false
  }
}

extension SocketAddress: Hashable {
  /// Whether the bytes that count are the same.
  public static func == (left: SocketAddress, right: SocketAddress) -> Bool {
    guard left.length == right.length else { return false }
    for index in 0..<left.length where left.storage[index] != right.storage[index] { return false }
    return true
  }

  /// Hashes the bytes that count.
  public func hash(into hasher: inout Hasher) {
    for index in 0..<length { hasher.combine(storage[index]) }
  }
}

extension SocketAddress: CustomStringConvertible {
  /// `127.0.0.1:1100`, `[fe80::1%2]:1100`, a path, `@name`, `(unnamed)`; other families as their name and bytes.
  ///
  /// An IPv4 address within an IPv6 one (`::ffff:127.0.0.1`) is shown as the IPv4 address that it is.
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

  /// The name of an interface, or its number if it has gone.
  private static func interfaceName(_ index: UInt32) -> String { NetworkInterface.name(of: index) ?? String(index) }
}

extension SocketAddress {
  /// Hands the address to a C call.
  func withSockaddr<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    unsafe withUnsafeBytes(of: storage) { bytes in
      // The buffer is never empty: an InlineArray of 128 bytes has an address.
      unsafe body(
        bytes.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: sockaddr.self), socklen_t(length))
    }
  }

  /// Lets a C call fill the address in, and cuts the length that it reports to what there is room for.
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
