import Glibc

/// A network interface: its name and the index that scopes, memberships and options hold.
public struct NetworkInterface: Sendable, Hashable {
  /// `lo`, `eth0`.
  public let name: String
  /// From 1.
  public let index: UInt32

  /// Every interface of this network namespace.
  ///
  /// Calls `if_nameindex(3)`.
  public static func all() throws(SystemError) -> [NetworkInterface] {
    guard let list = unsafe if_nameindex() else {
      throw SystemError(call: "if_nameindex", number: ErrorNumber(rawValue: errno))
    }
    defer { unsafe if_freenameindex(list) }
    var result: [NetworkInterface] = []
    var next = unsafe list
    while unsafe next.pointee.if_index != 0, let name = unsafe next.pointee.if_name {
      result.append(unsafe NetworkInterface(name: String(cString: name), index: next.pointee.if_index))
      unsafe next += 1
    }
    return result
  }

  /// The index of the interface of this name; nil where there is none.
  ///
  /// Calls `if_nametoindex(3)`.
  public static func index(of name: String) -> UInt32? {
    let index = unsafe if_nametoindex(name)
    return index == 0 ? nil : index
  }

  /// The name of the interface with this index; nil where there is none.
  ///
  /// Calls `if_indextoname(3)`.
  public static func name(of index: UInt32) -> String? {
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(IF_NAMESIZE)) { buffer in
      guard let base = buffer.baseAddress, unsafe if_indextoname(index, base) != nil else { return nil }
      return unsafe String(cString: base)
    }
  }

  /// The first IPv4 address of the interface of this name; nil where it has none.
  ///
  /// Calls `getifaddrs(3)`.
  static func ipv4Address(of name: String) -> IPv4Address? {
    var list: UnsafeMutablePointer<ifaddrs>?
    guard unsafe getifaddrs(&list) == 0 else { return nil }
    defer { unsafe freeifaddrs(list) }
    var next = unsafe list
    while let entry = unsafe next {
      if let address = unsafe entry.pointee.ifa_addr, unsafe CInt(address.pointee.sa_family) == AF_INET,
        unsafe String(cString: entry.pointee.ifa_name) == name
      {
        let bytes = unsafe SocketAddress(copying: address, length: MemoryLayout<sockaddr_in>.size).bytes
        return IPv4Address(number: UInt32(bigEndian: bytes.load(UInt32.self, at: 4)))
      }
      unsafe next = entry.pointee.ifa_next
    }
    return nil
  }
}

extension NetworkInterface {
  /// Whether text can be the name of an interface: up to 15 bytes, none of them white or a slash.
  static func isName(_ text: String) -> Bool {
    (1...15).contains(text.utf8.count) && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "/") }
      && !text.utf8.contains(UInt8(ascii: ":"))
  }

  /// The index of an interface by its name or number; 0 for `any`.
  ///
  /// - Throws: `ENODEV` where there is none.
  static func index(in text: String) throws(SystemError) -> UInt32 {
    if text == "any" { return 0 }
    if let index = index(of: text) ?? UInt32(number: text) { return index }
    throw SystemError(call: "if_nametoindex", number: .noDevice, subject: text)
  }

  /// The name of an interface, its number where it has gone, `any` for 0.
  static func text(of index: UInt32) -> String { index == 0 ? "any" : name(of: index) ?? String(index) }
}
