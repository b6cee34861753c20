import CSocketShims
import Glibc

/// A network interface whose packets are read from a descriptor and written to it, one with each call.
///
/// It goes when this value and all its duplicates have been closed.
public struct TunnelDevice: ~Copyable, Sendable {
  /// What it carries.
  public enum Kind: Sendable {
    /// IP packets (TUN).
    case packets
    /// Ethernet frames (TAP).
    case frames
  }

  /// The interface's name, as the kernel chose it.
  public let name: String
  private let descriptor: OwnedDescriptor

  /// Makes an interface, which has no address and is down.
  ///
  /// Calls `open(2)` on `/dev/net/tun` and `ioctl(2)` with `TUNSETIFF` and `IFF_NO_PI`.
  ///
  /// - Parameter name: its name; a `%d` in it becomes a number that is free.
  /// - Throws: `ENOENT`, `ENODEV`, `ENXIO` if the kernel has no such devices; `EPERM`, `EACCES` without `CAP_NET_ADMIN`;
  ///   `EBUSY` if another program has it; `EINVAL` if the name is that of another kind of interface, or is no name.
  public init(_ kind: Kind, named name: String) throws(SystemError) {
    let opened = try OwnedDescriptor.open("/dev/net/tun", O_RDWR | O_NONBLOCK)
    var request = Request(name)
    // IFF_TUN or IFF_TAP, and IFF_NO_PI, from linux/if_tun.h.
    request.set(UInt16(kind == .packets ? 0x1001 : 0x1002))
    try request.make(on: opened.number, 0x4004_54ca, "TUNSETIFF", about: name)
    self.name = request.name
    descriptor = opened
  }

  /// Another descriptor of the same device.
  ///
  /// Calls `fcntl(2)` with `F_DUPFD_CLOEXEC`. Both share modes (`O_NONBLOCK`).
  public borrowing func duplicate() throws(SystemError) -> OwnedDescriptor {
    let number = descriptor.number
    return OwnedDescriptor(
      owning: CInt(
        try Kernel.call(
          "fcntl", on: number,
          [.descriptor(number), .constant(Int(F_DUPFD_CLOEXEC), name: "F_DUPFD_CLOEXEC"), .integer(0)]
        ) { _ in
          Int(Glibc.fcntl(number, CInt(F_DUPFD_CLOEXEC), 0))
        }))
  }

  /// Sets the address of the interface and how many leading bits its network has. Of IPv4, an interface has one.
  ///
  /// Calls `ioctl(2)` with `SIOCSIFADDR`, and for IPv4 with `SIOCSIFNETMASK`.
  ///
  /// - Throws: `EPERM` without `CAP_NET_ADMIN`; `EEXIST` if it has this address.
  public borrowing func set(_ address: IPAddress, prefix: Int) throws(SystemError) {
    let socket = try Socket.open(address.family, .datagram)
    var request = Request(name)
    switch address {
    case .ipv4(let address):
      request.set(address: address.number)
      try request.make(on: socket.descriptor, UInt(SIOCSIFADDR), "SIOCSIFADDR", about: name)
      request.set(address: prefix == 0 ? 0 : ~UInt32(0) << (32 - UInt32(prefix)))
      try request.make(on: socket.descriptor, UInt(SIOCSIFNETMASK), "SIOCSIFNETMASK", about: name)
    case .ipv6(let address):
      request = Request(address, prefix: prefix, interface: NetworkInterface.index(of: name) ?? 0)
      try request.make(on: socket.descriptor, UInt(SIOCSIFADDR), "SIOCSIFADDR", about: name)
    }
  }

  /// Sets the size of the largest packet.
  ///
  /// Calls `ioctl(2)` with `SIOCSIFMTU`.
  ///
  /// - Throws: `EPERM` without `CAP_NET_ADMIN`; `EINVAL` if the device does not have packets of this size.
  public borrowing func setMTU(_ size: Int) throws(SystemError) {
    let socket = try Socket.open(.ipv4, .datagram)
    var request = Request(name)
    request.set(UInt32(clamping: size))
    try request.make(on: socket.descriptor, UInt(SIOCSIFMTU), "SIOCSIFMTU", about: name)
  }

  /// Brings the interface up.
  ///
  /// Calls `ioctl(2)` with `SIOCGIFFLAGS` and `SIOCSIFFLAGS`.
  ///
  /// - Throws: `EPERM` without `CAP_NET_ADMIN`.
  public borrowing func bringUp() throws(SystemError) {
    let socket = try Socket.open(.ipv4, .datagram)
    var request = Request(name)
    try request.make(on: socket.descriptor, UInt(SIOCGIFFLAGS), "SIOCGIFFLAGS", about: name)
    request.set(request.flags | UInt16(IFF_UP))
    try request.make(on: socket.descriptor, UInt(SIOCSIFFLAGS), "SIOCSIFFLAGS", about: name)
  }
}

/// A `struct ifreq`, or a `struct in6_ifreq`.
private struct Request {
  private var bytes: InlineArray<40, UInt8> = InlineArray(repeating: 0)

  init(_ name: String) {
    // Of IFNAMSIZ bytes, the last is 0.
    for (index, byte) in name.utf8.prefix(15).enumerated() { bytes[index] = byte }
  }

  init(_ address: IPv6Address, prefix: Int, interface: UInt32) {
    set(address.high.bigEndian, at: 0)
    set(address.low.bigEndian, at: 8)
    set(UInt32(prefix), at: 16)
    set(interface, at: 20)
  }

  var name: String { String(decoding: (0..<16).map { bytes[$0] }.prefix { $0 != 0 }, as: UTF8.self) }

  /// `ifr_flags`.
  var flags: UInt16 { UInt16(bytes[16]) | UInt16(bytes[17]) << 8 }

  /// Sets what follows the name.
  mutating func set(_ value: some FixedWidthInteger) { set(value, at: 16) }

  /// `ifr_addr`.
  mutating func set(address: UInt32) {
    set(UInt16(AF_INET), at: 16)
    set(address.bigEndian, at: 20)
  }

  private mutating func set(_ value: some FixedWidthInteger, at offset: Int) {
    for index in 0..<(value.bitWidth / 8) { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (index * 8)) }
  }

  mutating func make(
    on descriptor: CInt, _ request: UInt, _ name: StaticString, about subject: String
  ) throws(SystemError) {
    try Kernel.call(
      "ioctl", on: descriptor, about: "\(name) of \(subject)",
      [.descriptor(descriptor), .constant(Int(request), name: "\(name)"), .string(subject)]
    ) { _ in
      unsafe Int(Glibc.ioctl(descriptor, request, &bytes))
    }
  }
}
