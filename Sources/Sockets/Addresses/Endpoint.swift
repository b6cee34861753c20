/// One end of a connection as the user wrote it, before any name is resolved: a target, and the layers over it.
public struct Endpoint: Hashable, Sendable {
  /// The place that an endpoint denotes.
  public enum Target: Hashable, Sendable {
    /// A host and a service. A nil host is the wildcard address.
    case internet(host: String?, service: String)
    /// An address that needs no resolving, such as a Unix socket's or a vsock's.
    case written(WrittenAddress)
    /// The bytes of an address of any family.
    case bytes(SocketAddress)
    /// A socket that is already open: `fd:3`.
    case descriptor(CInt)

    /// A Unix socket.
    public static func unix(_ address: UnixAddress) -> Self { .written(WrittenAddress(address)) }
    /// A vsock.
    public static func vsock(_ address: VsockAddress) -> Self { .written(WrittenAddress(address)) }
  }

  /// A protocol over the transport, such as TLS, by the name that endpoints give it.
  ///
  /// This library only carries the name. The program that opens the endpoint implements the layer.
  public struct Layer: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public var description: String { rawValue }

    /// TLS over TCP: `tls://HOST:PORT`.
    public static let tls = Layer(rawValue: "tls")
  }

  /// The layers over the transport, the lowest first.
  public var layers: [Layer] = []
  /// The transport named in the text (`udp://…`), or nil.
  public let transport: Transport?
  /// The host, address or descriptor.
  public let target: Target

  /// Creates an endpoint from its parts.
  public init(transport: Transport? = nil, target: Target, layers: [Layer] = []) {
    self.transport = transport
    self.target = target
    self.layers = layers
  }

  /// The use of an endpoint, which decides how short forms are read.
  public enum Role: Hashable, Sendable {
    /// A peer to connect or send to: a host and a port are required.
    case peer
    /// A local address: a port alone means the wildcard address.
    case local
  }

  /// Parses one or two words: `HOST PORT`, `HOST:PORT`, `[V6]:PORT`, `tcp://HOST:PORT`, `tls://HOST:PORT`, `tcp!HOST!SERVICE`,
  /// `unix:/path`, `unix:@name`, `vsock:CID:PORT` and the like, `raw:HOST:PROTOCOL`, `fd:N`; for a local endpoint also
  /// `PORT`.
  ///
  /// Pure: nothing is resolved, and a service is checked only if it is a number.
  ///
  /// - Parameter addressing: how a bare word is read, as chosen by flags such as `--unix`.
  public init(
    _ words: [String], role: Role, addressing: Transport.Addressing = .internet
  ) throws(EndpointError) {
    switch (words.count, addressing) {
    case (1, _): try self.init(word: words[0], role: role, addressing: addressing)
    case (2, .internet):
      let host = try Self.host(words[0], role: role)
      self.init(target: .internet(host: host, service: try Self.service(words[1])))
    case (2, .family(let family)) where family != .unix:
      self.init(target: try Self.written(family, words[0] + ":" + words[1], role: role))
    case (0, _): throw .missing(role)
    default: throw .tooManyWords(words)
    }
  }

  /// How many leading words form the endpoint: two for `HOST PORT`, one for every other form.
  public static func wordCount(of words: [String], role: Role, addressing: Transport.Addressing = .internet) -> Int {
    guard let first = words.first else { return 0 }
    if addressing != .internet || first.contains("!") || first.hasPrefix("[") && !first.hasSuffix("]") { return 1 }
    // A colon belongs to HOST:PORT, a URL or a prefix, unless the whole word is an IPv6 address.
    if !first.utf8.contains(UInt8(ascii: ":")) || first.hasPrefix("[") { return min(words.count, 2) }
    return IPv6Address(String(first.prefix { $0 != "%" })) == nil ? 1 : min(words.count, 2)
  }

  private init(word: String, role: Role, addressing: Transport.Addressing) throws(EndpointError) {
    if let (scheme, rest) = Self.split(word, at: "://"), scheme == Layer.tls.rawValue {
      try self.init(.tcp, rest, role: role)
      layers = [.tls]
    } else if let (scheme, rest) = Self.split(word, at: "://") {
      guard let transport = Transport(named: scheme), transport.addressing == .internet || scheme == "unix" else {
        throw .unknownTransport(scheme, in: word)
      }
      try self.init(transport, rest, role: role)
    } else if word.contains("!") {
      let parts = word.split(separator: "!", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 3 else { throw .malformed(word) }
      guard let transport = Transport(named: parts[0]), transport.addressing == .internet else {
        throw .unknownTransport(parts[0], in: word)
      }
      let host = try Self.host(parts[1], role: role)
      self.init(transport: transport, target: .internet(host: host, service: try Self.service(parts[2])))
    } else if let (scheme, rest) = Self.split(word, at: ":"), scheme == "fd" {
      guard let number = CInt(rest), number >= 0 else { throw .badDescriptor(rest) }
      self.init(target: .descriptor(number))
    } else if let (scheme, rest) = Self.split(word, at: ":"), let transport = Self.prefix(scheme) {
      try self.init(transport, rest, role: role)
    } else {
      switch addressing {
      case .internet: self.init(target: try Self.hostAndPort(word, role: role))
      case .family(let family): self.init(target: try Self.written(family, word, role: role))
      }
    }
  }

  /// Parses the rest of a word that starts with a transport.
  private init(_ transport: Transport, _ rest: String, role: Role) throws(EndpointError) {
    switch transport.addressing {
    case .internet:
      let target: Target
      do throws(EndpointError) {
        target = try Self.hostAndPort(rest, role: role)
      } catch .portOutOfRange(let name) where transport.traits.contains(.protocolForPort) {
        throw .unknownProtocol(name)
      } catch .missingPort where transport.traits.contains(.protocolForPort) {
        throw .missingProtocol(rest)
      }
      self = try Endpoint(target: target).over(transport)
    case .family(let family): self = try Endpoint(target: Self.written(family, rest, role: role)).over(transport)
    }
  }

  /// The same endpoint over a transport chosen elsewhere, with the protocol number that the address specifies.
  public func over(_ transport: Transport) throws(EndpointError) -> Endpoint {
    switch target {
    case .internet(let host, let name) where transport.traits.contains(.protocolForPort):
      // Protocol 0 means the default for the type; no socket has it.
      guard let number = TransportProtocol(listed: name), (1...255).contains(number.rawValue) else {
        throw .unknownProtocol(name)
      }
      return Endpoint(
        transport: transport.with(protocolNumber: number), target: .internet(host: host, service: "\(number.rawValue)"),
        layers: layers)
    case .written(let written):
      let number = written.address.protocolNumber ?? transport.protocolNumber
      return Endpoint(transport: transport.with(protocolNumber: number), target: target, layers: layers)
    case .internet, .bytes, .descriptor: return Endpoint(transport: transport, target: target, layers: layers)
    }
  }

  /// The same endpoint with the original bytes of its words, for names that need not be UTF-8.
  public func withOriginalBytes(_ bytes: (String) -> [UInt8]) throws(EndpointError) -> Endpoint {
    guard case .written(let written) = target else { return self }
    do throws(AddressError) {
      return Endpoint(
        transport: transport, target: .written(WrittenAddress(try written.address.withOriginalBytes(bytes))),
        layers: layers)
    } catch {
      throw .badAddress(error)
    }
  }

  /// The transport before a single colon. Those addressed by host and port are excluded, since a host may have such a
  /// name.
  private static func prefix(_ scheme: String) -> Transport? {
    guard let transport = Transport(named: scheme) else { return nil }
    return transport.addressing != .internet || transport.traits.contains(.protocolForPort) ? transport : nil
  }

  private static func written(
    _ family: AddressFamily, _ text: String, role: Role
  ) throws(EndpointError) -> Target {
    guard let type = family.addressType else { throw .unwritten(family) }
    do throws(AddressError) {
      return .written(WrittenAddress(try type.init(text, role: role)))
    } catch {
      throw .badAddress(error)
    }
  }

  /// The protocol number specified by the address itself, or nil if the transport decides.
  public var protocolNumber: TransportProtocol? {
    switch target {
    case .written(let written): written.address.protocolNumber
    case .internet: transport?.traits.contains(.protocolForPort) == true ? transport?.protocolNumber : nil
    case .bytes, .descriptor: nil
    }
  }

  /// Whether it is a socket that is already open.
  public var isDescriptor: Bool { if case .descriptor = target { true } else { false } }

  /// Whether it is the wildcard address.
  public var isWildcard: Bool {
    if case .internet(nil, _) = target { true } else { false }
  }

  /// Whether the kernel is to choose the port.
  public var asksForAnyPort: Bool {
    switch target {
    case .internet(_, let service):
      transport?.traits.contains(.protocolForPort) != true && !service.isEmpty
        && service.utf8.allSatisfy { $0 == UInt8(ascii: "0") }
    case .written(let written): written.address.asksForAnyPort
    case .bytes(let address): address.asksForAnyPort
    case .descriptor: false
    }
  }

  private static func hostAndPort(_ word: String, role: Role) throws(EndpointError) -> Target {
    if word.hasPrefix("[") {
      guard let (host, service) = split(String(word.dropFirst()), at: "]:") else { throw .malformed(word) }
      return .internet(host: try Self.host("[" + host + "]", role: role), service: try Self.service(service))
    }
    let colons = word.filter { $0 == ":" }.count
    if colons > 1 { throw .bareIPv6(word) }
    if let (host, service) = split(word, at: ":") {
      return .internet(host: try Self.host(host, role: role), service: try Self.service(service))
    }
    if word.hasPrefix("/") || word.hasPrefix("./") || word.hasPrefix("@") { throw .looksLikeUnix(word) }
    guard role == .local else { throw .missingPort(word) }
    return .internet(host: nil, service: try Self.service(word))
  }

  /// Parses a host: brackets are removed, and `*` or nothing is the wildcard address.
  private static func host(_ text: String, role: Role) throws(EndpointError) -> String? {
    var host = text
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = String(host.dropFirst().dropLast())
      let address = host.prefix { $0 != "%" }
      guard IPv6Address(String(address)) != nil else { throw .notIPv6InBrackets(text) }
    }
    if host.isEmpty || host == "*" {
      guard role == .local else { throw .missingHost }
      return nil
    }
    return host
  }

  /// Throws if a service is empty or is a number that is not a port.
  public static func check(service: String) throws(EndpointError) {
    _ = try self.service(service)
  }

  private static func service(_ text: String) throws(EndpointError) -> String {
    if text.isEmpty { throw .missingPort(text) }
    if text.allSatisfy({ $0.isASCII && $0.isNumber }) {
      guard UInt16(text) != nil else { throw .portOutOfRange(text) }
    } else if text.hasPrefix("-") || text.hasPrefix("+"), Int(text) != nil {
      throw .portOutOfRange(text)
    }
    return text
  }

  private static func split(_ text: String, at separator: String) -> (String, String)? {
    let text = Array(text.utf8)
    let separator = Array(separator.utf8)
    guard text.count >= separator.count else { return nil }
    for start in 0...(text.count - separator.count)
    where text[start..<(start + separator.count)].elementsEqual(separator) {
      return (
        String(decoding: text[..<start], as: UTF8.self),
        String(decoding: text[(start + separator.count)...], as: UTF8.self)
      )
    }
    return nil
  }
}

extension Endpoint: CustomStringConvertible {
  /// The endpoint in one word that parses to it again, without the transport.
  public var description: String {
    switch target {
    case .internet(nil, let service): "*:\(service)"
    case .internet(let host?, let service): host.contains(":") ? "[\(host)]:\(service)" : "\(host):\(service)"
    case .written(let address): "\(address)"
    case .bytes(let address): "\(address)"
    case .descriptor(let number): "fd:\(number)"
    }
  }
}
