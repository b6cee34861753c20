import CSocketShims
import Glibc

/// The sources of a multicast group that a socket receives: RFC 3678.
public struct SourceFilter: Hashable, Sendable {
  /// Whether the sources are the only ones, or the only ones left out.
  public struct Mode: NamedConstant {
    /// The C value.
    public let rawValue: CInt
    /// Any value, even one without a name here.
    public init(rawValue: CInt) { self.rawValue = rawValue }

    /// `MCAST_INCLUDE`: these sources only; with none, the group is left.
    public static let include = Self(rawValue: 1)
    /// `MCAST_EXCLUDE`: every source but these.
    public static let exclude = Self(rawValue: 0)

    /// The values that have a name, with their C names.
    public static let names: [(value: CInt, name: String)] = [(1, "MCAST_INCLUDE"), (0, "MCAST_EXCLUDE")]
  }

  /// What the sources are.
  public var mode: Mode
  /// The sources, in no order.
  public var sources: [IPAddress]

  /// A filter.
  public init(_ mode: Mode, _ sources: [IPAddress] = []) {
    self.mode = mode
    self.sources = sources
  }
}

extension Socket {
  /// The filter of a group that the socket has joined, in either family.
  ///
  /// Calls `getsourcefilter(3)`, twice if there are sources.
  ///
  /// - Parameter interface: the index of the interface on which it was joined.
  /// - Throws: `EADDRNOTAVAIL` if the group is not joined there.
  public borrowing func sourceFilter(of group: IPAddress, interface: UInt32) throws(SystemError) -> SourceFilter {
    let descriptor = descriptor
    let address = SocketAddress(group, port: 0)
    return try Self.readFilter("getsourcefilter", descriptor, [.integer(Int(interface)), .address(address)]) {
      mode, count, sources in
      var list = [sockaddr_storage](repeating: sockaddr_storage(), count: Int(count))
      let result = unsafe address.withSockaddr { pointer, length in
        unsafe sockshim_getsourcefilter(descriptor, interface, pointer, length, &mode, &count, &list)
      }
      sources = list.prefix(Int(count)).compactMap { IPAddress(SocketAddress(storage: $0)) }
      return result
    }
  }

  /// Replaces the filter of a group that the socket has joined.
  ///
  /// Calls `setsourcefilter(3)`.
  public borrowing func setSourceFilter(
    of group: IPAddress, interface: UInt32, to filter: SourceFilter
  ) throws(SystemError) {
    let descriptor = descriptor
    let address = SocketAddress(group, port: 0)
    let list = filter.sources.map { SocketAddress($0, port: 0).cStorage }
    try Kernel.call(
      "setsourcefilter", on: descriptor, about: "for \(group)",
      [.descriptor(descriptor), .integer(Int(interface)), .address(address), .named(filter.mode)]
        + [.list(filter.sources.map { .string("\($0)") })]
    ) { _ in
      unsafe address.withSockaddr { pointer, length in
        unsafe Int(
          sockshim_setsourcefilter(
            descriptor, interface, pointer, length, UInt32(filter.mode.rawValue), UInt32(list.count), list))
      }
    }
  }

  /// The filter of an IPv4 group, with the interface given by its address.
  ///
  /// Calls `getipv4sourcefilter(3)`, twice if there are sources.
  public borrowing func sourceFilter(
    of group: IPv4Address, interface: IPv4Address
  ) throws(SystemError) -> SourceFilter {
    let descriptor = descriptor
    return try Self.readFilter(
      "getipv4sourcefilter", descriptor, [.string("\(interface)"), .string("\(group)")]
    ) { mode, count, sources in
      var list = [in_addr](repeating: in_addr(), count: Int(count))
      let result = unsafe sockshim_getipv4sourcefilter(
        descriptor, interface.network, group.network, &mode, &count, &list)
      sources = list.prefix(Int(count)).map { .ipv4(IPv4Address(network: $0)) }
      return result
    }
  }

  /// Replaces the filter of an IPv4 group.
  ///
  /// Calls `setipv4sourcefilter(3)`. Sources of the other family are left out.
  public borrowing func setSourceFilter(
    of group: IPv4Address, interface: IPv4Address, to filter: SourceFilter
  ) throws(SystemError) {
    let descriptor = descriptor
    let list = filter.sources.compactMap { source -> in_addr? in
      if case .ipv4(let address) = source { address.network } else { nil }
    }
    try Kernel.call(
      "setipv4sourcefilter", on: descriptor, about: "for \(group)",
      [.descriptor(descriptor), .string("\(interface)"), .string("\(group)"), .named(filter.mode)]
        + [.list(filter.sources.map { .string("\($0)") })]
    ) { _ in
      unsafe Int(
        sockshim_setipv4sourcefilter(
          descriptor, interface.network, group.network, UInt32(filter.mode.rawValue), UInt32(list.count), list))
    }
  }

  /// Reads a filter: first the number of its sources, then the sources.
  private static func readFilter(
    _ name: StaticString, _ descriptor: CInt, _ arguments: [SystemCallArgument],
    _ read: (_ mode: inout UInt32, _ count: inout UInt32, _ sources: inout [IPAddress]) -> CInt
  ) throws(SystemError) -> SourceFilter {
    var (mode, count): (UInt32, UInt32) = (0, 0)
    var sources: [IPAddress] = []
    while true {
      let room = count
      var found = room
      try Kernel.call(name, on: descriptor, [.descriptor(descriptor)] + arguments) { _ in
        found = room
        return Int(read(&mode, &found, &sources))
      }
      // The kernel returns the number of sources there are, whatever room there was.
      if found <= room { break }
      count = found
    }
    return SourceFilter(SourceFilter.Mode(rawValue: CInt(mode)), sources)
  }
}

extension SocketAddress {
  /// The C struct, with zeros behind the address.
  fileprivate var cStorage: sockaddr_storage {
    var result = sockaddr_storage()
    unsafe withUnsafeMutableBytes(of: &result) { bytes in
      for index in 0..<min(bytes.count, length) { unsafe bytes[index] = storage[index] }
    }
    return result
  }

  fileprivate init(storage: sockaddr_storage) {
    self.init()
    unsafe withUnsafeBytes(of: storage) { bytes in
      for index in 0..<Self.capacity { unsafe self.storage[index] = bytes[index] }
    }
    length = family.addressSize ?? Self.capacity
  }
}
