import Glibc

/// A network interface: its name, and the index by which scopes, memberships and options refer to it.
public struct NetworkInterface: Sendable, Hashable {
  /// The name: `lo`, `eth0`.
  public let name: String
  /// The index, 1 or greater.
  public let index: UInt32

  /// All interfaces of this network namespace.
  ///
  /// Calls `if_nameindex(3)`.
  public static func all() throws(SystemError) -> [NetworkInterface] {
    var list: UnsafeMutablePointer<if_nameindex>?
    try Kernel.call("if_nameindex", []) { _ in
      unsafe list = if_nameindex()
      return unsafe list == nil ? -1 : 0
    }
    guard var next = unsafe list else { return [] }
    defer { unsafe if_freenameindex(list) }
    var result: [NetworkInterface] = []
    while unsafe next.pointee.if_index != 0, let name = unsafe next.pointee.if_name {
      result.append(unsafe NetworkInterface(name: String(cString: name), index: next.pointee.if_index))
      unsafe next += 1
    }
    return result
  }

  /// The index of the interface with this name; nil if there is none.
  ///
  /// Calls `if_nametoindex(3)`.
  public static func index(of name: String) -> UInt32? {
    let (index, error) = Kernel.attempt("if_nametoindex", [.string(name)]) { _ in
      let index = unsafe if_nametoindex(name)
      return index == 0 ? -1 : Int(index)
    }
    return error == nil ? UInt32(index) : nil
  }

  /// The name of the interface with this index; nil if there is none.
  ///
  /// Calls `if_indextoname(3)`.
  public static func name(of index: UInt32) -> String? {
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(IF_NAMESIZE)) { buffer in
      guard let base = buffer.baseAddress else { return nil }
      let (_, error) = Kernel.attempt("if_indextoname", [.integer(Int(index))]) { _ in
        unsafe if_indextoname(index, base) == nil ? -1 : 0
      }
      return error == nil ? unsafe String(cString: base) : nil
    }
  }

  /// The first IPv4 address of the interface with this name; nil if it has none.
  ///
  /// Calls `getifaddrs(3)`.
  static func ipv4Address(of name: String) -> IPv4Address? {
    var list: UnsafeMutablePointer<ifaddrs>?
    let (_, error) = Kernel.attempt("getifaddrs", []) { _ in unsafe Int(getifaddrs(&list)) }
    guard error == nil else { return nil }
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
  /// Whether text can be an interface name: up to 15 bytes, without white space or slashes.
  static func isName(_ text: String) -> Bool {
    (1...15).contains(text.utf8.count) && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "/") }
      && !text.utf8.contains(UInt8(ascii: ":"))
  }

  /// The index of an interface given by name or number; 0 for `any`.
  ///
  /// - Throws: `ENODEV` if no interface has this name.
  static func index(in text: String) throws(SystemError) -> UInt32 {
    if text == "any" { return 0 }
    if let index = index(of: text) ?? UInt32(number: text) { return index }
    throw SystemError(call: "if_nametoindex", number: .noDevice, subject: text)
  }

  /// The name of an interface, or its number if it no longer exists; `any` for 0.
  static func text(of index: UInt32) -> String { index == 0 ? "any" : name(of: index) ?? String(index) }
}
