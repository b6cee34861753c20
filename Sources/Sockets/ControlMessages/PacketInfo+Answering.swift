import Glibc

extension PacketInfo {
  /// Finds the packet information in a control buffer that `recvmsg(2)` filled, without decoding the rest.
  public init?(in control: UnsafeRawBufferPointer) {
    if let data = unsafe ControlMessage.data(of: .ip, IP_PKTINFO, in: control), data.count >= 12 {
      let local = unsafe data.loadUnaligned(fromByteOffset: 4, as: UInt32.self)
      let destination = unsafe data.loadUnaligned(fromByteOffset: 8, as: UInt32.self)
      self.init(
        interface: unsafe data.loadUnaligned(as: UInt32.self),
        local: .ipv4(IPv4Address(number: UInt32(bigEndian: local))),
        destination: .ipv4(IPv4Address(number: UInt32(bigEndian: destination))))
    } else if let data = unsafe ControlMessage.data(of: .ipv6, IPV6_PKTINFO, in: control), data.count >= 20 {
      let high = unsafe UInt64(bigEndian: data.loadUnaligned(as: UInt64.self))
      let low = unsafe UInt64(bigEndian: data.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
      self.init(
        local: .ipv6(IPv6Address(high: high, low: low)),
        interface: unsafe data.loadUnaligned(fromByteOffset: 16, as: UInt32.self))
    } else {
      return nil
    }
  }

  /// The packet information to answer with, so that the answer comes from the address that was asked; nil if that is a
  /// multicast address, and the kernel is to choose.
  ///
  /// The interface is left to the routing table, except for link-local addresses, which are meaningless without one.
  public var forAnswer: PacketInfo? {
    if local.isMulticast { return nil }
    var isLinkLocal = false
    if case .ipv6(let address) = local { isLinkLocal = address.isLinkLocal }
    return PacketInfo(local: local, interface: isLinkLocal ? interface : 0)
  }
}
