import Glibc

/// The address of a `vsock(7)` socket, between a virtual machine and its host: a context ID and a port.
public struct VsockAddress: Hashable, Sendable {
  /// The machine: 2 is the host, 1 is this machine.
  public let contextID: UInt32
  /// The port, of 32 bits.
  public let port: UInt32
  /// Creates an address from its numbers, `svm_cid` and `svm_port`.
  public init(contextID: UInt32, port: UInt32) {
    self.contextID = contextID
    self.port = port
  }

  /// `VMADDR_CID_ANY`: every context ID of this machine, to listen on.
  public static let anyContextID: UInt32 = 0xffff_ffff
  /// `VMADDR_PORT_ANY`: the kernel chooses a port.
  public static let anyPort: UInt32 = 0xffff_ffff
}

extension VsockAddress: FamilyAddress {
  /// `AF_VSOCK`.
  public static var family: AddressFamily { .vsock }
  /// To listen, the context ID may be left out or be `any`, and port 0 is any free one.
  public static var form: String { "vsock:CID:PORT" }
  /// Streams and records.
  public static var transports: [Transport] { [.vsock, .vsockSequencedPacket] }
  /// The size of `sockaddr_vm`.
  public static var size: Int? { 16 }
  /// Ports below 1024 are reserved, as TCP's are, and a refusal looks like a reset.
  public static var causes: [ErrorCause] {
    [
      ErrorCause(
        "bind", "EACCES EPERM", "a port below 1024 needs CAP_NET_BIND_SERVICE",
        .needsCapability("CAP_NET_BIND_SERVICE")),
      ErrorCause("connect", "ECONNRESET", "nobody listens there"),
    ]
  }

  /// Parses `2:1024`; for a local address also `1024` and `any:1024`.
  public init(_ text: String, role: Endpoint.Role) throws(AddressError) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2 || (parts.count == 1 && role == .local),
      let contextID = parts.count == 1 || parts[0] == "any" ? Self.anyContextID : Self.number(parts[0]),
      let port = Self.number(parts[parts.count - 1])
    else { throw .malformed("vsock:" + text, form: Self.form) }
    self.init(contextID: contextID, port: role == .local && port == 0 ? Self.anyPort : port)
  }

  /// A number, or a C name: `VMADDR_CID_HOST`.
  private static func number(_ text: Substring) -> UInt32? {
    UInt32(text) ?? Constants.value(named: String(text)).flatMap { UInt32(exactly: $0) }
  }

  /// Reads the numbers from a `sockaddr_vm`.
  public init?(_ address: SocketAddress) {
    guard address.family == .vsock, address.length >= 12 else { return nil }
    let bytes = address.bytes
    self.init(contextID: bytes.load(UInt32.self, at: 8), port: bytes.load(UInt32.self, at: 4))
  }

  /// A `sockaddr_vm` of linux/vm_sockets.h: family and a reserved field of 16 bits each, port, context ID, padding.
  public func socketAddress() -> SocketAddress {
    SocketAddress(family: .vsock, [0, 0] + .storing(port) + .storing(contextID) + [0, 0, 0, 0])
  }

  /// Whether the kernel is to choose the port.
  public var asksForAnyPort: Bool { port == Self.anyPort }
}

extension VsockAddress: CustomStringConvertible {
  /// `vsock:2:1024`.
  public var description: String {
    "vsock:\(contextID == Self.anyContextID ? "any" : String(contextID)):\(port)"
  }
}

extension Transport.Addressing {
  /// A context ID and a port.
  public static let vsock = Self.family(.vsock)
}

extension Transport {
  /// A stream between a virtual machine and its host: `vsock(7)`.
  public static let vsock = Self(name: "vsock", type: .stream, addressing: .vsock)
  /// The same with message boundaries.
  public static let vsockSequencedPacket = Self(
    name: "vsock-seqpacket", type: .sequencedPacket, addressing: .vsock, traits: .sendsBlocking)
}
