import Glibc

/// The address of a `vsock(7)` socket, between a virtual machine and its host: a context id and a port.
public struct VsockAddress: Hashable, Sendable {
  /// Which machine: 2 is the host.
  public let contextID: UInt32
  /// 32 bits, unlike the ports of IP.
  public let port: UInt32
  /// An address from its numbers: `svm_cid` and `svm_port`.
  public init(contextID: UInt32, port: UInt32) {
    self.contextID = contextID
    self.port = port
  }

  /// `VMADDR_CID_ANY`: every context id of this machine, to listen on.
  public static let anyContextID: UInt32 = 0xffff_ffff

  /// `sockaddr_vm` of linux/vm_sockets.h: family and a reserved field of 16 bits each, port, context id, padding.
  var bytes: [UInt8] {
    func little(_ number: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }
    return [UInt8(AF_VSOCK), 0, 0, 0] + little(port) + little(contextID) + [0, 0, 0, 0]
  }

  init?(bytes: [UInt8]) {
    guard bytes.count >= 12 else { return nil }
    func little(_ start: Int) -> UInt32 { (0..<4).reduce(0) { $0 | UInt32(bytes[start + $1]) << UInt32(8 * $1) } }
    self.init(contextID: little(8), port: little(4))
  }
}

extension VsockAddress: CustomStringConvertible {
  /// `vsock:2:1024`.
  public var description: String {
    "vsock:\(contextID == Self.anyContextID ? "any" : String(contextID)):\(port)"
  }
}
