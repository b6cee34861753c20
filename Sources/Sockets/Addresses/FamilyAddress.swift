/// The addresses of one family: how users write them, what the kernel's struct holds, and which transports use them.
///
/// A family is one type that conforms, in a file of its own, and one row in ``AddressFamily/addressTypes``. IPv4 and IPv6
/// are not among them: their hosts and services are looked up.
public protocol FamilyAddress: Sendable, CustomStringConvertible {
  /// `AF_VSOCK` and the rest.
  static var family: AddressFamily { get }
  /// What its addresses look like, for help and messages: `vsock:CID:PORT`.
  static var form: String { get }
  /// What carries data between such addresses; the first is meant where only the address is written.
  static var transports: [Transport] { get }
  /// The protocols of its sockets that are worth probing, with their C names.
  static var protocols: [(value: CInt, name: String)] { get }
  /// Whether what comes back bears the very address that was sent to.
  static var answersBearPeerAddress: Bool { get }

  /// Why calls fail on its sockets, where that differs from other families.
  static var causes: [ErrorCause] { get }
  /// The error that a message of the kernel itself says in the place of an answer; nil where it says none.
  static func refusal(in message: UnsafeRawBufferPointer, from sender: SocketAddress) -> ErrorNumber?
  /// The size of the C struct; nil where the length of an address says something.
  static var size: Int? { get }

  /// Parses what stands behind the prefix and its colon.
  ///
  /// Pure: an interface is looked up by ``socketAddress()``.
  init(_ text: String, role: Endpoint.Role) throws(AddressError)
  /// An address that the kernel gave; nil where it is of another family, or cut.
  init?(_ address: SocketAddress)
  /// The C struct.
  ///
  /// - Throws: `ENODEV` for an interface that does not exist.
  func socketAddress() throws(SystemError) -> SocketAddress
  /// The third argument of `socket(2)`, where the address says it; nil for that of the transport.
  var protocolNumber: TransportProtocol? { get }
  /// Whether the kernel is to pick the port.
  var asksForAnyPort: Bool { get }
  /// The path of the file that `bind(2)` makes; nil where it makes none.
  var file: [UInt8]? { get }
  /// The same address with the bytes that its text stood for, where names are bytes and need not be UTF-8.
  func respelled(_ bytes: (String) -> [UInt8]) throws(AddressError) -> Self
}

extension FamilyAddress {
  public static var protocols: [(value: CInt, name: String)] { [] }
  public static var answersBearPeerAddress: Bool { true }
  public static var causes: [ErrorCause] { [] }
  public static func refusal(in message: UnsafeRawBufferPointer, from sender: SocketAddress) -> ErrorNumber? { nil }
  public static var size: Int? { nil }
  public var protocolNumber: TransportProtocol? { nil }
  public var asksForAnyPort: Bool { false }
  public var file: [UInt8]? { nil }
  public func respelled(_ bytes: (String) -> [UInt8]) throws(AddressError) -> Self { self }

  /// The word before the colon: the first of the transports.
  public static var prefix: String { transports[0].name }
}

extension AddressFamily {
  /// One row a family that has addresses of its own.
  public static let addressTypes: [any FamilyAddress.Type] = [
    UnixAddress.self, VsockAddress.self, TIPCAddress.self, PacketAddress.self, NetlinkAddress.self, CANAddress.self,
    AlgorithmAddress.self,
  ]

  /// How its addresses are written; nil for IPv4 and IPv6, and for families that are known by number only.
  public var addressType: (any FamilyAddress.Type)? { Self.addressTypes.first { $0.family == self } }
}

/// An address that a user wrote, of one of the families of ``AddressFamily/addressTypes``.
public struct WrittenAddress: Hashable, Sendable, CustomStringConvertible {
  /// The address as its family has it.
  public let address: any FamilyAddress

  /// An address of any family.
  public init(_ address: any FamilyAddress) { self.address = address }

  /// Its family.
  public var family: AddressFamily { type(of: address).family }
  /// The text that parses to it.
  public var description: String { "\(address)" }

  /// Whether the text is the same: text and address are one to one.
  public static func == (left: Self, right: Self) -> Bool {
    left.family == right.family && left.description == right.description
  }

  /// Hashes the text.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(family)
    hasher.combine(description)
  }
}
