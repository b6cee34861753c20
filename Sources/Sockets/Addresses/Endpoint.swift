/// One end of a connection as users write it: not looked up yet.
public struct Endpoint: Hashable, Sendable {
  /// Where it is.
  public enum Target: Hashable, Sendable {
    /// A host and a service; no host stands for every interface.
    case internet(host: String?, service: String)
    case unix(UnixAddress)
    case vsock(VsockAddress)
    /// A socket that is open already: `fd:3`.
    case descriptor(CInt)
  }

  /// The transport that the text names (`udp://…`); nil where it leaves that open.
  public let transport: Transport?
  /// Where it leads.
  public let target: Target

  /// An endpoint from its parts.
  public init(transport: Transport? = nil, target: Target) {
    self.transport = transport
    self.target = target
  }

  /// What an endpoint is for: the short forms differ.
  public enum Role: Hashable, Sendable {
    /// A peer to go to: it has a host and a port.
    case peer
    /// An address of our own: the port alone stands for every interface.
    case local
  }

  /// Parses one word or two: `HOST PORT`, `HOST:PORT`, `[V6]:PORT`, `tcp://HOST:PORT`, `tcp!HOST!SERVICE`,
  /// `unix:/path`, `unix:@name`, `vsock:CID:PORT`, `fd:N`; for a local one also `PORT`.
  ///
  /// Pure: nothing is looked up, and a service is checked only where it is a number.
  ///
  /// - Parameter addressing: what flags such as `--unix` said before: it decides how a bare word is read.
  public init(
    _ words: [String], role: Role, addressing: Transport.Addressing = .internet
  ) throws(EndpointError) {
    switch words.count {
    case 1: try self.init(word: words[0], role: role, addressing: addressing)
    case 2 where addressing == .internet:
      let host = try Self.host(words[0], role: role)
      self.init(target: .internet(host: host, service: try Self.service(words[1])))
    case 2 where addressing == .vsock:
      self.init(target: .vsock(try Self.vsock(words[0] + ":" + words[1], role: role)))
    case 0: throw .missing(role)
    default: throw .tooManyWords(words)
    }
  }

  private init(word: String, role: Role, addressing: Transport.Addressing) throws(EndpointError) {
    if let (scheme, rest) = Self.split(word, at: "://") {
      guard let transport = Transport(named: scheme), transport.addressing == .internet || scheme == "unix" else {
        throw .unknownTransport(scheme, in: word)
      }
      if transport.addressing == .unix {
        self.init(transport: transport, target: .unix(try Self.unix(rest)))
      } else {
        self.init(transport: transport, target: try Self.hostAndPort(rest, role: role))
      }
    } else if word.contains("!") {
      let parts = word.split(separator: "!", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 3 else { throw .malformed(word) }
      guard let transport = Transport(named: parts[0]) else { throw .unknownTransport(parts[0], in: word) }
      let host = try Self.host(parts[1], role: role)
      self.init(transport: transport, target: .internet(host: host, service: try Self.service(parts[2])))
    } else if let (scheme, rest) = Self.split(word, at: ":"), let prefix = Prefix(rawValue: scheme) {
      switch prefix {
      case .fd:
        guard let number = CInt(rest), number >= 0 else { throw .badDescriptor(rest) }
        self.init(target: .descriptor(number))
      case .unix: self.init(target: .unix(try Self.unix(rest)))
      case .vsock: self.init(transport: .vsock, target: .vsock(try Self.vsock(rest, role: role)))
      }
    } else {
      switch addressing {
      case .unix: self.init(target: .unix(try Self.unix(word)))
      case .vsock: self.init(target: .vsock(try Self.vsock(word, role: role)))
      case .internet: self.init(target: try Self.hostAndPort(word, role: role))
      }
    }
  }

  /// The prefixes that are not followed by two slashes.
  private enum Prefix: String { case fd, unix, vsock }

  private static func unix(_ name: String) throws(EndpointError) -> UnixAddress {
    do throws(AddressError) { return try UnixAddress(name) } catch { throw .badUnixName(error) }
  }

  private static func vsock(_ text: String, role: Role) throws(EndpointError) -> VsockAddress {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2 || (parts.count == 1 && role == .local) else { throw .malformed(text) }
    let contextID = parts.count == 1 || parts[0] == "any" ? VsockAddress.anyContextID : UInt32(parts[0])
    guard let contextID, let port = UInt32(parts[parts.count - 1]) else { throw .malformed(text) }
    return VsockAddress(contextID: contextID, port: port)
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

  /// A host on its own: brackets come off, and `*` or nothing stands for every interface.
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

  /// Refuses a service that cannot be one: nothing, or a number that is no port.
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
  /// The endpoint as it could be given again in one word, without the transport.
  public var description: String {
    switch target {
    case .internet(nil, let service): "*:\(service)"
    case .internet(let host?, let service): host.contains(":") ? "[\(host)]:\(service)" : "\(host):\(service)"
    case .unix(let address): "\(address)"
    case .vsock(let address): "\(address)"
    case .descriptor(let number): "fd:\(number)"
    }
  }
}
