/// The address of a packet socket: an interface, an EtherType, and optionally a hardware address.
public struct PacketAddress: Hashable, Sendable {
  /// The interface's name or number; `any` receives from all interfaces.
  public let interface: String
  /// The EtherType, such as 0x0800; 3 (`ETH_P_ALL`) is every EtherType.
  public let etherType: UInt16
  /// The hardware address to send to; empty for none.
  public let station: [UInt8]

  /// Creates an address from its parts.
  public init(interface: String, etherType: UInt16 = 3, station: [UInt8] = []) {
    self.interface = interface
    self.etherType = etherType
    self.station = station
  }
}

extension PacketAddress: FamilyAddress {
  /// `AF_PACKET`.
  public static var family: AddressFamily { AddressFamily(rawValue: 17) }
  /// The EtherType is hexadecimal, as in 0x88b5; without it, all frames are received.
  public static var form: String { "packet:IFACE[:ETHERTYPE[:MAC]]" }
  /// Whole frames, and frames without their header.
  public static var transports: [Transport] {
    let traits: Transport.Traits = [.bindsToPeer, .addressesEachSend]
    return [
      Transport(name: "packet", type: .raw, addressing: .family(family), traits: traits),
      Transport(name: "packet-dgram", type: .datagram, addressing: .family(family), traits: traits),
    ]
  }
  /// EtherTypes, in network order as `socket(2)` takes them: `htons(ETH_P_ALL)` in C.
  public static var protocols: [(value: CInt, name: String)] {
    Constants.ethernetProtocols.entries.map { entry in
      (value: CInt(UInt16(truncatingIfNeeded: entry.value).bigEndian), name: entry.name)
    }
  }
  /// Seeing every frame takes a privilege.
  public static var causes: [ErrorCause] {
    [ErrorCause("socket", "EPERM EACCES", "packet sockets need CAP_NET_RAW", .needsCapability("CAP_NET_RAW"))]
  }
  /// An answer carries the hardware address of its sender.
  public static var repliesFromPeerAddress: Bool { false }
  /// The size of `sockaddr_ll`.
  public static var size: Int? { 20 }

  /// Parses `eth0`, `eth0:0x88b5`, `eth0:ETH_P_ARP` or `eth0:0x88b5:02:00:00:00:00:01`.
  public init(_ text: String, role: Endpoint.Role) throws(AddressError) {
    let malformed = AddressError.malformed("packet:" + text, form: Self.form)
    let parts = text.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
    let name = parts.first.map(String.init) ?? ""
    guard NetworkInterface.isName(name), name != "any" || role == .local else { throw malformed }
    var etherType: UInt16 = 3
    if parts.count > 1 {
      guard let number = UInt16(number: parts[1]) ?? Self.etherType(named: String(parts[1])) else { throw malformed }
      etherType = number
    }
    var station: [UInt8] = []
    if parts.count > 2 {
      for pair in parts[2].split(separator: ":", omittingEmptySubsequences: false) {
        guard pair.utf8.count == 2, let byte = UInt8(number: "0x" + pair), station.count < 8 else { throw malformed }
        station.append(byte)
      }
    }
    self.init(interface: name, etherType: etherType, station: station)
  }

  /// The number of a C name, with or without `ETH_P_`, in any case.
  private static func etherType(named text: String) -> UInt16? {
    let wanted = text.uppercased()
    let prefix = "ETH_P_"
    return Constants.ethernetProtocols.entries.first { $0.name == wanted || $0.name == prefix + wanted }
      .map { UInt16(truncatingIfNeeded: $0.value) }
  }

  /// Reads the parts of a `sockaddr_ll`.
  public init?(_ address: SocketAddress) {
    guard address.family == Self.family, address.length >= 12 else { return nil }
    let bytes = address.bytes
    self.init(
      interface: NetworkInterface.text(of: bytes.load(UInt32.self, at: 4)),
      etherType: UInt16(bigEndian: bytes.load(UInt16.self, at: 2)),
      station: Array(bytes.dropFirst(12).prefix(min(8, Int(bytes[11])))))
  }

  /// A `sockaddr_ll` of netpacket/packet.h: family, protocol, interface index, hardware type, packet type, address
  /// length, hardware address.
  public func socketAddress() throws(SystemError) -> SocketAddress {
    let index = try NetworkInterface.index(in: interface)
    let padding = [UInt8](repeating: 0, count: max(0, 8 - station.count))
    return SocketAddress(
      family: Self.family,
      .storing(etherType.bigEndian) + .storing(index) + [0, 0, 0, UInt8(station.count)] + station + padding)
  }
}

extension PacketAddress: CustomStringConvertible {
  /// `packet:lo:0x88b5`.
  public var description: String {
    func hexadecimal(_ number: some FixedWidthInteger, _ count: Int) -> String {
      let digits = String(number, radix: 16)
      return String(repeating: "0", count: max(0, count - digits.utf8.count)) + digits
    }
    return (["packet:\(interface):0x\(hexadecimal(etherType, 4))"] + station.map { hexadecimal($0, 2) })
      .joined(separator: ":")
  }
}
