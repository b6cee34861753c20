/// The address of a CAN socket: the interface of a controller area network.
///
/// What is sent and received are the kernel's frames, `struct can_frame` of 16 bytes.
public struct CANAddress: Hashable, Sendable {
  /// Its name or number; `any` for all of them, to receive.
  public let interface: String

  /// The address of an interface.
  public init(interface: String) { self.interface = interface }
}

extension CANAddress: FamilyAddress {
  /// `AF_CAN`.
  public static var family: AddressFamily { AddressFamily(rawValue: 29) }
  /// `any` receives from all.
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
  public static var protocols: [(value: CInt, name: String)] { [(1, "CAN_RAW")] }
  /// An answer bears the interface it came by, in a struct of another length.
  public static var answersBearPeerAddress: Bool { false }
  /// Of the C struct.
  public static var size: Int? { 24 }

  /// `vcan0`, `any`.
  public init(_ text: String, role: Endpoint.Role) throws(AddressError) {
    guard NetworkInterface.isName(text), text != "any" || role == .local else {
      throw .malformed("can:" + text, form: Self.form)
    }
    self.init(interface: text)
  }

  /// The interface of a `sockaddr_can`.
  public init?(_ address: SocketAddress) {
    guard address.family == Self.family, address.length >= 8 else { return nil }
    self.init(interface: NetworkInterface.text(of: address.bytes.load(UInt32.self, at: 4)))
  }

  /// `sockaddr_can`: family, padding, index, and what other protocols than `CAN_RAW` need.
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
