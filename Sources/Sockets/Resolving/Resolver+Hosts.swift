import CSocketShims
import Glibc

extension Resolver {
  /// Looks up a host by name with the interface that preceded `getaddrinfo(3)`: one family, no services, no scopes.
  ///
  /// Calls `gethostbyname2_r(3)`.
  public static func hostByName(
    _ name: String, family: AddressFamily = .ipv4
  ) throws(HostLookupError) -> HostEntry {
    unsafe try entry(
      asked: name, "gethostbyname2", [.string(name), .named(family)]
    ) { result, buffer, length, found, number in
      unsafe sockshim_gethostbyname2(name, family.rawValue, result, buffer, length, found, number)
    }
  }

  /// Looks up a host by its IPv4 or IPv6 address.
  ///
  /// Calls `gethostbyaddr_r(3)`.
  public static func hostByAddress(_ address: SocketAddress) throws(HostLookupError) -> HostEntry {
    let bytes: [UInt8]
    switch address.contents {
    case .ipv4(let address, _): bytes = .storing(address.number.bigEndian)
    case .ipv6(let address, _, _): bytes = .storing(address.high.bigEndian) + .storing(address.low.bigEndian)
    case .unix, .other: throw HostLookupError(code: .noRecovery, asked: "\(address)")
    }
    let asked = address.with(port: 0)
    return unsafe try entry(asked: asked.host, "gethostbyaddr", [.address(asked)]) {
      result, buffer, length, found, number in
      unsafe sockshim_gethostbyaddr(
        bytes, socklen_t(bytes.count), address.family.rawValue, result, buffer, length, found, number)
    }
  }

  /// Repeats the call with larger buffers while it fails with ERANGE.
  private static func entry(
    asked: String, _ name: StaticString, _ arguments: @autoclosure () -> [SystemCallArgument],
    _ call: (
      UnsafeMutablePointer<hostent>, UnsafeMutablePointer<CChar>, Int,
      UnsafeMutablePointer<UnsafeMutablePointer<hostent>?>, UnsafeMutablePointer<CInt>
    ) -> CInt
  ) throws(HostLookupError) -> HostEntry {
    var size = 1024
    while true {
      var result = unsafe hostent()
      var found: UnsafeMutablePointer<hostent>?
      var number: CInt = 0
      var buffer = [CChar](repeating: 0, count: size)
      var entry: HostEntry?
      var status: CInt = 0
      let (code, _) = Kernel.lookUp(
        name, system: -1, failureName: { "\(HostLookupError.Code(rawValue: $0))" }, arguments()
      ) {
        unsafe buffer.withUnsafeMutableBufferPointer { bytes in
          guard let base = bytes.baseAddress else { return }
          unsafe status = call(&result, base, bytes.count, &found, &number)
          // The entry points into the buffer: copy it while the buffer is valid.
          if status == 0, let host = unsafe found { entry = unsafe HostEntry(host.pointee) }
        }
        return entry == nil ? number : 0
      }
      if let entry { return entry }
      // No host has a megabyte of names.
      if status == ERANGE, size < 1 << 20 {
        size *= 4
        continue
      }
      throw HostLookupError(code: HostLookupError.Code(rawValue: code), asked: asked)
    }
  }
}
