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
}
