import Glibc

/// The result of `gethostbyname(3)`: `struct hostent`.
public struct HostEntry: Sendable, Hashable {
  /// `h_name`: the canonical name of the host.
  public let name: String
  /// `h_aliases`: its aliases.
  public let aliases: [String]
  /// `h_addrtype`: `AF_INET` or `AF_INET6`.
  public let family: AddressFamily
  /// `h_addr_list`: the addresses, each with port 0.
  public let addresses: [SocketAddress]
}

extension HostEntry {
  init(_ entry: hostent) {
    let family = unsafe AddressFamily(rawValue: entry.h_addrtype)
    name = unsafe entry.h_name.map { unsafe String(cString: $0) } ?? ""
    self.family = family
    unsafe aliases = Self.list(entry.h_aliases) { unsafe String(cString: $0) }
    let length = unsafe Int(entry.h_length)
    unsafe addresses = Self.list(entry.h_addr_list) { pointer in
      let raw = UnsafeRawPointer(pointer)
      if family == .ipv6, length >= 16 {
        return .ipv6(IPv6Address(network: unsafe raw.loadUnaligned(as: in6_addr.self)), port: 0)
      }
      return .ipv4(IPv4Address(network: unsafe raw.loadUnaligned(as: in_addr.self)), port: 0)
    }
  }

  /// The elements of a C array that ends with a null pointer.
  static func list<Element>(
    _ start: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?, _ element: (UnsafeMutablePointer<CChar>) -> Element
  ) -> [Element] {
    var result: [Element] = []
    var next = unsafe start
    while let pointer = unsafe next?.pointee {
      unsafe result.append(element(pointer))
      unsafe next = next?.advanced(by: 1)
    }
    return result
  }
}
