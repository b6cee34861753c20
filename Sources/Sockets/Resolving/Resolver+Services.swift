import CSocketShims
import Glibc

/// A service of services(5): `struct servent`.
public struct ServiceEntry: Hashable, Sendable {
  /// `s_name`: its name.
  public let name: String
  /// `s_aliases`: its other names.
  public let aliases: [String]
  /// `s_port`: its port, in host order.
  public let port: UInt16
  /// `s_proto`: the protocol, `tcp` or `udp`.
  public let transport: String
}

/// A protocol of protocols(5): `struct protoent`.
public struct ProtocolEntry: Hashable, Sendable {
  /// `p_name`: its name.
  public let name: String
  /// `p_aliases`: its other names.
  public let aliases: [String]
  /// `p_proto`: its number.
  public let number: TransportProtocol
}

// The databases of services and protocols, which nsswitch.conf(5) says where to find.
extension Resolver {
  /// The service with this name; nil if there is none.
  ///
  /// Calls `getservbyname(3)`, in its reentrant form.
  ///
  /// - Parameter transport: `tcp`, `udp`; nil for the first of any.
  public static func service(named name: String, transport: String? = nil) throws(SystemError) -> ServiceEntry? {
    try unsafe entry("getservbyname", [.string(name), .text(transport)], servent(), ServiceEntry.init) {
      unsafe getservbyname_r(name, transport, $0, $1, $2, $3)
    }
  }

  /// The service at this port; nil if there is none.
  ///
  /// Calls `getservbyport(3)`, in its reentrant form.
  public static func service(at port: UInt16, transport: String? = nil) throws(SystemError) -> ServiceEntry? {
    try unsafe entry("getservbyport", [.integer(Int(port)), .text(transport)], servent(), ServiceEntry.init) {
      unsafe getservbyport_r(CInt(port.bigEndian), transport, $0, $1, $2, $3)
    }
  }

  /// The protocol with this name; nil if there is none.
  ///
  /// Calls `getprotobyname(3)`, in its reentrant form.
  public static func protocolEntry(named name: String) throws(SystemError) -> ProtocolEntry? {
    try unsafe entry("getprotobyname", [.string(name)], protoent(), ProtocolEntry.init) {
      unsafe getprotobyname_r(name, $0, $1, $2, $3)
    }
  }

  /// The protocol with this number; nil if there is none.
  ///
  /// Calls `getprotobynumber(3)`, in its reentrant form.
  public static func protocolEntry(numbered number: TransportProtocol) throws(SystemError) -> ProtocolEntry? {
    try unsafe entry("getprotobynumber", [.integer(Int(number.rawValue))], protoent(), ProtocolEntry.init) {
      unsafe getprotobynumber_r(number.rawValue, $0, $1, $2, $3)
    }
  }

  /// Repeats the call with larger buffers while it fails with ERANGE, and copies what it found.
  private static func entry<CEntry, Entry>(
    _ name: StaticString, _ arguments: @autoclosure () -> [SystemCallArgument], _ empty: CEntry,
    _ make: (CEntry) -> Entry,
    _ call: (
      UnsafeMutablePointer<CEntry>, UnsafeMutablePointer<CChar>, Int,
      UnsafeMutablePointer<UnsafeMutablePointer<CEntry>?>
    ) -> CInt
  ) throws(SystemError) -> Entry? {
    var size = 1024
    while true {
      var result = empty
      var found: UnsafeMutablePointer<CEntry>?
      var buffer = [CChar](repeating: 0, count: size)
      var entry: Entry?
      // It returns the number of the error.
      let (code, _) = Kernel.lookUp(
        name, system: -1, failureName: { ErrorNumber(rawValue: $0).name }, arguments()
      ) {
        unsafe buffer.withUnsafeMutableBufferPointer { bytes in
          guard let base = bytes.baseAddress else { return EINVAL }
          let code = unsafe call(&result, base, bytes.count, &found)
          // The entry points into the buffer.
          if code == 0, let place = unsafe found { entry = unsafe make(place.pointee) }
          return code
        }
      }
      if code == ERANGE, size < 1 << 20 {
        size *= 4
        continue
      }
      guard code == 0 || code == ENOENT else {
        throw SystemError(call: "\(name)", number: ErrorNumber(rawValue: code))
      }
      return entry
    }
  }
}

extension ServiceEntry {
  fileprivate init(_ entry: servent) {
    name = unsafe String(cString: entry.s_name)
    aliases = unsafe HostEntry.list(entry.s_aliases) { unsafe String(cString: $0) }
    port = unsafe UInt16(bigEndian: UInt16(truncatingIfNeeded: entry.s_port))
    transport = unsafe String(cString: entry.s_proto)
  }
}

extension ProtocolEntry {
  fileprivate init(_ entry: protoent) {
    name = unsafe String(cString: entry.p_name)
    aliases = unsafe HostEntry.list(entry.p_aliases) { unsafe String(cString: $0) }
    number = unsafe TransportProtocol(rawValue: entry.p_proto)
  }
}
