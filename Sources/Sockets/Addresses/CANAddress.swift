/// The address of a CAN socket: an interface on a controller area network.
///
/// What is sent and received are the kernel's frames, `struct can_frame`, 16 bytes each.
public struct CANAddress: Hashable, Sendable {
  /// The interface's name or number; `any` receives from all interfaces.
  public let interface: String

  /// Creates the address of an interface.
  public init(interface: String) { self.interface = interface }
}

extension CANAddress: FamilyAddress {
  /// `AF_CAN`.
  public static var family: AddressFamily { AddressFamily(rawValue: 29) }
  /// `any` receives from all interfaces.
  public static var form: String { "can:IFACE" }
  /// Raw frames: `CAN_RAW`.
  public static var transports: [Transport] {
    [
      Transport(
        name: "can", type: .raw, protocolNumber: TransportProtocol(rawValue: 1), addressing: .family(family),
        traits: .bindsToPeer)
    ]
  }
  /// From linux/can.h.
  public static var protocols: [(value: CInt, name: String)] {
    [
      (1, "CAN_RAW"), (2, "CAN_BCM"), (3, "CAN_TP16"), (4, "CAN_TP20"), (5, "CAN_MCNET"), (6, "CAN_ISOTP"),
      (7, "CAN_J1939"),
    ]
  }
  /// An answer carries the receiving interface, in a struct of another length.
  public static var repliesFromPeerAddress: Bool { false }
  /// The size of `sockaddr_can`.
  public static var size: Int? { 24 }

  /// Parses `vcan0` or `any`.
  public init(_ text: String, role: Endpoint.Role) throws(AddressError) {
    guard NetworkInterface.isName(text), text != "any" || role == .local else {
      throw .malformed("can:" + text, form: Self.form)
    }
    self.init(interface: text)
  }

  /// Reads the interface from a `sockaddr_can`.
  public init?(_ address: SocketAddress) {
    guard address.family == Self.family, address.length >= 8 else { return nil }
    self.init(interface: NetworkInterface.text(of: address.bytes.load(UInt32.self, at: 4)))
  }

  /// A `sockaddr_can`: family, padding, interface index, and fields that only protocols other than `CAN_RAW` use.
  public func socketAddress() throws(SystemError) -> SocketAddress {
    SocketAddress(
      family: Self.family,
      [0, 0] + .storing(try NetworkInterface.index(in: interface)) + [UInt8](repeating: 0, count: 16))
  }
}

extension CANAddress: CustomStringConvertible {
  /// `can:vcan0`.
  public var description: String { "can:\(interface)" }
}
