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
  /// Calls `getaddrinfo(3)` once, with `AI_IDN` for a name with other than ASCII letters. A numeric host with a port number
  /// does not need it, and no file is opened. Text that can be neither a name nor an address is refused without asking a
  /// name server, and so is a number that is not a port: see ``ResolutionError/fault``.
  ///
  /// - Parameters:
  ///   - host: a name, an IPv4 or IPv6 address or its C name (`INADDR_LOOPBACK`), or an IPv6 address with `%` and an
  ///     interface. Nil is the wildcard address for a local endpoint, and the loopback address for a peer.
  ///   - service: a port number or a name from services(5); nil for port 0.
  ///   - transport: the transport, on which the port of a service may depend.
  ///   - family: `AF_INET` or `AF_INET6` to restrict the results to one of them.
  public static func addresses(
    host: String?, service: String?, transport: Transport, family: AddressFamily = .unspecified,
    role: Endpoint.Role = .peer, flags: AddressLookupFlags = []
  ) throws(ResolutionError) -> [ResolvedAddress] {
    let host = host.map(IPAddress.host)
    try check(host: host, service: service)
    if AddressLookupFlags([.numericHost, .numericService]).isSuperset(of: flags),
      let address = numericAddress(host: host, service: service, family: family)
    {
      return [ResolvedAddress(address: address)]
    }
    // With neither host nor service, getaddrinfo fails with EAI_NONAME, so ask for port 0.
    let service = service ?? (host == nil ? "0" : nil)
    let (code, number, found) = unsafe getaddrinfo(
      host, service, hints(transport, family, flags.rawValue | (role == .local ? AI_PASSIVE : 0)))
    guard code.rawValue == 0 else {
      throw ResolutionError(
        code: code, host: host, service: service, number: number,
        fault: fault(behind: code, host: host, service: service, over: transport))
    }
    return found
  }

  /// The port of a service on a transport; nil if it has none there.
  ///
  /// Calls `getaddrinfo(3)`, without a host.
  public static func port(of service: String, over transport: Transport) -> UInt16? {
    guard fault(inService: service) == nil else { return nil }
    return unsafe getaddrinfo(nil, service, hints(transport, .ipv4, AI_PASSIVE)).found.first?.address.port
  }

  private static func hints(_ transport: Transport, _ family: AddressFamily, _ flags: CInt) -> addrinfo {
    var hints = unsafe addrinfo()
    unsafe hints.ai_family = family.rawValue
    unsafe hints.ai_flags = flags
    // getaddrinfo knows only TCP and UDP. The ports of other protocols are looked up as if they were TCP's or UDP's.
    unsafe hints.ai_socktype = (transport.hasStreamServices ? SocketType.stream : .datagram).rawValue
    unsafe hints.ai_protocol = (transport.hasStreamServices ? TransportProtocol.tcp : .udp).rawValue
    return unsafe hints
  }

  /// Calls `getaddrinfo(3)`, with `AI_IDN` for a name with other than ASCII letters.
  private static func getaddrinfo(
    _ host: String?, _ service: String?, _ hints: addrinfo
  ) -> (code: ResolutionError.Code, number: ErrorNumber?, found: [ResolvedAddress]) {
    var hints = unsafe hints
    let isInternational = host?.utf8.contains { $0 >= 0x80 } ?? false
    if isInternational { unsafe hints.ai_flags |= sockshim_AI_IDN }
    var list: UnsafeMutablePointer<addrinfo>?
    let (code, number) = Kernel.lookUp(
      "getaddrinfo", system: EAI_SYSTEM, failureName: { "\(ResolutionError.Code(rawValue: $0))" },
      unsafe [.text(host), .text(service), .hints(hints), .addresses(results(of: list).map(\.address))]
    ) {
      inUTF8(isInternational) { unsafe Glibc.getaddrinfo(host, service, &hints, &list) }
    }
    defer { if let list = unsafe list { unsafe freeaddrinfo(list) } }
    return (ResolutionError.Code(rawValue: code), number, code == 0 ? unsafe results(of: list) : [])
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
        code: ResolutionError.Code(rawValue: code), host: address.host, service: nil, number: number)
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

extension Resolver {
  /// The address for a numeric host and port; nil if either is a name, or the host belongs to another family.
  ///
  /// Calls `inet_pton(3)`, and for a scope `if_nametoindex(3)`. This avoids the C library's resolver, which opens half
  /// a dozen files first.
  static func numericAddress(host: String?, service: String?, family: AddressFamily) -> SocketAddress? {
    guard [.unspecified, .ipv4, .ipv6].contains(family), let host, let port = service.map(port(of:)) ?? 0 else {
      return nil
    }
    if let address = IPv4Address(host) {
      return family == .ipv6 ? nil : .ipv4(address, port: port)
    }
    guard family != .ipv4 else { return nil }
    let parts = host.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let address = IPv6Address(parts[0]) else { return nil }
    guard parts.count == 2 else { return .ipv6(address, port: port) }
    guard let scope = NetworkInterface.index(naming: parts[1]) else { return nil }
    return .ipv6(address, port: port, scope: scope)
  }

  /// A port in decimal digits.
  private static func port(of service: String) -> UInt16? {
    service.utf8.allSatisfy { $0.isDecimalDigit } ? UInt16(service) : nil
  }
}

/// The flags of `getaddrinfo(3)`.
///
/// `AI_PASSIVE` is not among them: the role of the endpoint decides it.
public struct AddressLookupFlags: OptionSet, Hashable, Sendable {
  /// The C value.
  public let rawValue: CInt
  /// Any value, even one without a name here.
  public init(rawValue: CInt) { self.rawValue = rawValue }

  /// `AI_CANONNAME`: return the canonical name of the host.
  public static let canonicalName = Self(rawValue: AI_CANONNAME)
  /// `AI_NUMERICHOST`: the host is a numeric address; do not look it up.
  public static let numericHost = Self(rawValue: AI_NUMERICHOST)
  /// `AI_NUMERICSERV`: the service is a port number; do not look it up.
  public static let numericService = Self(rawValue: AI_NUMERICSERV)
  /// `AI_V4MAPPED`: return IPv4-mapped IPv6 addresses if there are no IPv6 addresses.
  public static let mapped = Self(rawValue: AI_V4MAPPED)
  /// `AI_ALL`: with ``mapped``, return both.
  public static let all = Self(rawValue: AI_ALL)
  /// `AI_ADDRCONFIG`: only families for which this host has an address other than the loopback address.
  public static let addressConfigured = Self(rawValue: AI_ADDRCONFIG)
  /// `AI_PASSIVE`: return wildcard addresses if there is no host. ``Resolver`` sets it by the role of an endpoint.
  public static let passive = Self(rawValue: AI_PASSIVE)
}

/// The flags of `getnameinfo(3)`.
public struct NameLookupFlags: OptionSet, Hashable, Sendable {
  /// The C value.
  public let rawValue: CInt
  /// Any value, even one without a name here.
  public init(rawValue: CInt) { self.rawValue = rawValue }

  /// `NI_NUMERICHOST`: return the host as a numeric address.
  public static let numericHost = Self(rawValue: NI_NUMERICHOST)
  /// `NI_NUMERICSERV`: return the port as a number.
  public static let numericService = Self(rawValue: NI_NUMERICSERV)
  /// `NI_NOFQDN`: omit this host's own domain from the name.
  public static let withoutDomain = Self(rawValue: NI_NOFQDN)
  /// `NI_NAMEREQD`: fail if the host has no name.
  public static let nameRequired = Self(rawValue: NI_NAMEREQD)
  /// `NI_DGRAM`: the service is UDP's, whose name may differ from TCP's.
  public static let datagram = Self(rawValue: NI_DGRAM)
}
