/// The addresses of one family: how users write them, the layout of the C struct, and the transports that use them.
///
/// A family is one conforming type in a file of its own, and one row in ``AddressFamily/addressTypes``. IPv4 and IPv6
/// are not among them, since their hosts and services are resolved.
public protocol FamilyAddress: Sendable, CustomStringConvertible {
  /// The family's constant, such as `AF_VSOCK`.
  static var family: AddressFamily { get }
  /// The form of its addresses, for help and error messages: `vsock:CID:PORT`.
  static var form: String { get }
  /// The transports between such addresses. The first is the default when only an address is given.
  static var transports: [Transport] { get }
  /// The protocols that have a name, with their C names.
  static var protocols: [(value: CInt, name: String)] { get }
  /// Whether an answer comes from exactly the address that was sent to.
  static var repliesFromPeerAddress: Bool { get }

  /// Why calls fail on its sockets, where that differs from other families.
  static var causes: [ErrorCause] { get }
  /// The error that a message from the kernel reports in place of an answer, or nil.
  static func refusal(in message: UnsafeRawBufferPointer, from sender: SocketAddress) -> ErrorNumber?
  /// The size of the C struct; nil if addresses vary in length.
  static var size: Int? { get }

  /// Parses the text after the prefix and its colon.
  ///
  /// Pure: an interface is looked up by ``socketAddress()``.
  init(_ text: String, role: Endpoint.Role) throws(AddressError)
  /// Reads an address from the kernel; nil if it is of another family or truncated.
  init?(_ address: SocketAddress)
  /// Returns the C struct.
  ///
  /// - Throws: `ENODEV` if an interface does not exist.
  func socketAddress() throws(SystemError) -> SocketAddress
  /// The protocol argument of `socket(2)` if the address specifies it; nil to use the transport's.
  var protocolNumber: TransportProtocol? { get }
  /// Whether the kernel is to choose the port.
  var asksForAnyPort: Bool { get }
  /// The path of the file that `bind(2)` creates, or nil.
  var file: [UInt8]? { get }
  /// The same address with the original bytes of its text, for names that need not be UTF-8.
  func withOriginalBytes(_ bytes: (String) -> [UInt8]) throws(AddressError) -> Self
}

extension FamilyAddress {
  public static var protocols: [(value: CInt, name: String)] { [] }
  public static var repliesFromPeerAddress: Bool { true }
  public static var causes: [ErrorCause] { [] }
  public static func refusal(in message: UnsafeRawBufferPointer, from sender: SocketAddress) -> ErrorNumber? { nil }
  public static var size: Int? { nil }
  public var protocolNumber: TransportProtocol? { nil }
  public var asksForAnyPort: Bool { false }
  public var file: [UInt8]? { nil }
  public func withOriginalBytes(_ bytes: (String) -> [UInt8]) throws(AddressError) -> Self { self }

  /// The word before the colon: the name of the first transport.
  public static var prefix: String { transports[0].name }
}

extension AddressFamily {
  /// The families with an address syntax of their own, one row each.
  public static let addressTypes: [any FamilyAddress.Type] = [
    UnixAddress.self, VsockAddress.self, TIPCAddress.self, PacketAddress.self, NetlinkAddress.self, CANAddress.self,
    AlgorithmAddress.self,
  ]

  /// The address type of this family; nil for IPv4, IPv6, and families known only by number.
  public var addressType: (any FamilyAddress.Type)? { Self.addressTypes.first { $0.family == self } }
}

/// An address that a user wrote, in one of the families of ``AddressFamily/addressTypes``.
public struct WrittenAddress: Hashable, Sendable, CustomStringConvertible {
  /// The address, in the type of its family.
  public let address: any FamilyAddress

  /// Wraps an address of any family.
  public init(_ address: any FamilyAddress) { self.address = address }

  /// The family of the address.
  public var family: AddressFamily { type(of: address).family }
  /// Text that parses to this address.
  public var description: String { "\(address)" }

  /// Compares the text, which is unique for an address.
  public static func == (left: Self, right: Self) -> Bool {
    left.family == right.family && left.description == right.description
  }

  /// Hashes the text.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(family)
    hasher.combine(description)
  }
}
