import CSocketShims
import Glibc

/// An address found for a name.
public struct ResolvedAddress: Sendable, Hashable {
  /// The address, with the port of the service.
  public let address: SocketAddress
  /// The canonical name of the host, if `AI_CANONNAME` was requested.
  public let canonicalName: String?

  /// Creates a result from its parts.
  public init(address: SocketAddress, canonicalName: String? = nil) {
    self.address = address
    self.canonicalName = canonicalName
  }
}

/// Resolves names to addresses and back through the C library: files, DNS, and whatever else nsswitch.conf(5) lists.
public enum Resolver {
  /// The addresses of a host and a service, in the order in which to try them (RFC 6724).
  ///
  /// Calls `getaddrinfo(3)` once. A numeric host with a port number does not need it, and no file is opened.
  ///
  /// - Parameters:
  ///   - host: a name, an IPv4 or IPv6 address, or an IPv6 address with `%` and an interface. Nil is the wildcard
  ///     address for a local endpoint, and the loopback address for a peer.
  ///   - service: a port number or a name from services(5); nil for port 0.
  ///   - transport: the transport, on which the port of a service may depend.
  ///   - family: `AF_INET` or `AF_INET6` to restrict the results to one of them.
  public static func addresses(
    host: String?, service: String?, transport: Transport, family: AddressFamily = .unspecified,
    role: Endpoint.Role = .peer, flags: AddressLookupFlags = []
  ) throws(ResolutionError) -> [ResolvedAddress] {
    if flags.isDisjoint(with: .canonicalName),
      let address = numericAddress(host: host, service: service, family: family)
    {
      return [ResolvedAddress(address: address)]
    }
    var hints = unsafe addrinfo()
    unsafe hints.ai_family = family.rawValue
    unsafe hints.ai_flags = flags.rawValue | (role == .local ? AI_PASSIVE : 0)
    // getaddrinfo knows only TCP and UDP. The ports of other protocols are looked up as if they were TCP's or UDP's.
    let isStream = transport.type == .stream || transport.type == .sequencedPacket
    unsafe hints.ai_socktype = (isStream ? SocketType.stream : .datagram).rawValue
    unsafe hints.ai_protocol = (isStream ? TransportProtocol.tcp : .udp).rawValue
    // With neither host nor service, getaddrinfo fails with EAI_NONAME, so ask for port 0.
    let service = service ?? (host == nil ? "0" : nil)

    var list: UnsafeMutablePointer<addrinfo>?
    let (code, number) = Kernel.lookUp(
      "getaddrinfo", system: EAI_SYSTEM, failureName: { "\(ResolutionError.Code(rawValue: $0))" },
      unsafe [.text(host), .text(service), .hints(hints), .addresses(results(of: list).map(\.address))]
    ) {
      unsafe Glibc.getaddrinfo(host, service, &hints, &list)
    }
    defer { if let list = unsafe list { unsafe freeaddrinfo(list) } }
    guard code == 0 else {
      throw ResolutionError(
        code: ResolutionError.Code(rawValue: code), host: host, service: service, number: number)
    }
    return unsafe results(of: list)
  }

  private static func results(of list: UnsafeMutablePointer<addrinfo>?) -> [ResolvedAddress] {
    var result: [ResolvedAddress] = []
    // Only the first entry has the canonical name.
    let canonicalName = unsafe list?.pointee.ai_canonname.map { unsafe String(cString: $0) }
    var next = unsafe list
    while let entry = unsafe next {
      if let pointer = unsafe entry.pointee.ai_addr {
        let address = unsafe SocketAddress(copying: pointer, length: Int(entry.pointee.ai_addrlen))
        let found = ResolvedAddress(address: address, canonicalName: canonicalName)
        // /etc/hosts may list an address twice.
        if !result.contains(found) { result.append(found) }
      }
      unsafe next = entry.pointee.ai_next
    }
    return result
  }

  /// The host and service names of an address and its port.
  ///
  /// Calls `getnameinfo(3)`.
  ///
  /// - Parameter flags: ``NameLookupFlags/nameRequired`` makes it an error if the host has no name; otherwise its
  ///   numeric address is returned.
  public static func names(
    of address: SocketAddress, flags: NameLookupFlags = []
  ) throws(ResolutionError) -> (host: String, service: String) {
    var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    var service = [CChar](repeating: 0, count: Int(NI_MAXSERV))
    let (code, number) = Kernel.lookUp(
      "getnameinfo", system: EAI_SYSTEM, failureName: { "\(ResolutionError.Code(rawValue: $0))" },
      [
        .address(address), .string(String(terminated: host)), .string(String(terminated: service)),
        .lookupFlags(flags.rawValue, SystemCallArgument.nameLookupFlags),
      ]
    ) {
      unsafe address.withSockaddr { pointer, length in
        unsafe Glibc.getnameinfo(
          pointer, length, &host, socklen_t(host.count), &service, socklen_t(service.count), flags.rawValue)
      }
    }
    guard code == 0 else {
      throw ResolutionError(
        code: ResolutionError.Code(rawValue: code), host: address.description, service: nil, number: number)
    }
    return (String(terminated: host), String(terminated: service))
  }
}

extension String {
  /// The text of a C buffer up to its first zero byte.
  init(terminated buffer: [CChar]) {
    self.init(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

extension SocketAddress {
  /// Copies a C address of this length.
  init(copying pointer: UnsafePointer<sockaddr>, length: Int) {
    self.init()
    let count = min(max(0, length), Self.capacity)
    let bytes = unsafe UnsafeRawBufferPointer(start: pointer, count: count)
    for index in 0..<count { unsafe storage[index] = bytes[index] }
    self.length = count
  }
}
