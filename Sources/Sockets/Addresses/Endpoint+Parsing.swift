extension Endpoint {
  /// Parses one or two words: `HOST PORT`, `HOST:PORT`, `[V6]:PORT`, `tcp:HOST:PORT`, `tcp://HOST:PORT`,
  /// `tls://HOST:PORT`, `dtls://HOST:PORT`, `tcp!HOST!SERVICE`, `unix:/path`, `unix:@name`, `vsock:CID:PORT` and the like,
  /// `raw:HOST:PROTOCOL`, `fd:N`; for a local endpoint also `PORT` and `systemd:NAME`. A 4 or 6 after the transport names
  /// the family: `tcp4:HOST:PORT`.
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
    return IPv6Address(String(first.prefix { !"%@".contains($0) })) == nil ? 1 : min(words.count, 2)
  }

  /// Whether a word begins with a transport: `tcp:…`, `udp6://…`, `unix:…`, `tcp!…`; also if it is not a valid endpoint.
  public static func namesTransport(_ word: String) -> Bool {
    if split(word, at: "://") != nil || word.contains("!") { return true }
    return split(word, at: ":").map { Scheme($0.0) != nil } ?? false
  }

  private init(word: String, role: Role, addressing: Transport.Addressing) throws(EndpointError) {
    if let (name, rest) = Self.split(word, at: "://") {
      guard let scheme = Scheme(name), scheme.isInternet || scheme.transport.name == "unix" else {
        throw URLScheme.advice(on: rest, scheme: name) ?? .unknownTransport(name, in: word)
      }
      if scheme.isInternet { try Self.refuseURLParts(rest, in: word) }
      try self.init(scheme, scheme.isInternet ? Self.plainZone(rest) : rest, prefix: name + "://", role: role)
    } else if word.contains("!") {
      let parts = word.split(separator: "!", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 3 else { throw .malformed(word) }
      guard let scheme = Scheme(parts[0]), scheme.isInternet else { throw .unknownTransport(parts[0], in: word) }
      let host = try Self.host(parts[1], role: role)
      self.init(
        transport: scheme.transport, family: scheme.family,
        target: .internet(host: host, service: try Self.service(parts[2])), layers: scheme.layers)
    } else if let (name, rest) = Self.split(word, at: ":"), name == "fd" {
      guard let number = CInt(rest), number >= 0 else { throw .badDescriptor(rest) }
      self.init(target: .descriptor(number))
    } else if let (name, rest) = Self.split(word, at: ":"), name == "systemd" {
      guard role == .local else { throw .passedPeer(word) }
      self.init(target: .passed(name: rest.isEmpty ? nil : rest))
    } else if let (name, rest) = Self.split(word, at: ":"), let scheme = Scheme(name) {
      try self.init(scheme, rest, prefix: name + ":", role: role)
    } else {
      switch addressing {
      case .internet: self.init(target: try Self.hostAndPort(word, role: role))
      case .family(let family): self.init(target: try Self.written(family, word, role: role))
      }
    }
  }

  /// Parses the rest of a word that starts with a transport.
  private init(_ scheme: Scheme, _ rest: String, prefix: String, role: Role) throws(EndpointError) {
    let transport = scheme.transport
    switch transport.addressing {
    case .internet:
      let target: Target
      do throws(EndpointError) {
        target = try Self.hostAndPort(rest, role: role, prefix: prefix)
      } catch .portOutOfRange(let name) where transport.traits.contains(.protocolForPort) {
        throw .unknownProtocol(name)
      } catch .missingPort where transport.traits.contains(.protocolForPort) {
        throw .missingProtocol(rest)
      }
      self = try Endpoint(family: scheme.family, target: target, layers: scheme.layers).over(transport)
    case .family(let family): self = try Endpoint(target: Self.written(family, rest, role: role)).over(transport)
    }
  }

  /// The word before the colon of an endpoint.
  private struct Scheme {
    let transport: Transport
    /// The layers over it: TLS for `tls`, DTLS for `dtls`.
    var layers: [Layer] = []
    /// The family that a final 4 or 6 chooses: `tcp6`.
    let family: AddressFamily
    var isInternet: Bool { transport.isOverIP }

    init?(_ name: String) {
      if let transport = Transport(named: name) {
        (self.transport, family) = (transport, .unspecified)
        return
      }
      if name == Layer.tls.rawValue {
        (transport, layers, family) = (.tcp, [.tls], .unspecified)
        return
      }
      if name == Layer.dtls.rawValue {
        (transport, layers, family) = (.udpSessions, [.dtls], .unspecified)
        return
      }
      guard let digit = name.last, digit == "4" || digit == "6",
        let transport = Transport(named: String(name.dropLast())), transport.isOverIP
      else { return nil }
      (self.transport, family) = (transport, digit == "4" ? .ipv4 : .ipv6)
    }
  }

  /// Refuses what a URL has besides a host and a port: a user, a path, a query, a fragment.
  private static func refuseURLParts(_ rest: String, in word: String) throws(EndpointError) {
    let (authority, tail) = URLScheme.split(rest)
    let (user, place) = URLScheme.splitUser(authority)
    guard let part = tail ?? user else { return }
    // `GROUP@INTERFACE`: the check of the host says what to write.
    if tail == nil, let user, IPAddress(String(user.dropLast())) != nil { return }
    if place.isEmpty { throw .missingHost }
    throw .urlPart(part, in: word, plain: String(word.dropLast(rest.count)) + place)
  }

  /// In a URL, RFC 6874 has `%25` before the zone of an IPv6 address: `[fe80::1%25eth0]`.
  private static func plainZone(_ text: String) -> String {
    guard text.hasPrefix("["), let (host, rest) = split(text, at: "]"), let (address, zone) = split(host, at: "%25"),
      !zone.isEmpty
    else { return text }
    return address + "%" + zone + "]" + rest
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

  /// - Parameter prefix: the transport before the word, for the form that an error shows.
  private static func hostAndPort(
    _ word: String, role: Role, prefix: String = ""
  ) throws(EndpointError) -> Target {
    if word.hasPrefix("[") {
      guard let (host, service) = split(String(word.dropFirst()), at: "]:") else { throw .malformed(word) }
      return .internet(host: try Self.host("[" + host + "]", role: role), service: try Self.service(service))
    }
    let colons = word.filter { $0 == ":" }.count
    if colons > 1 {
      // No group of an IPv6 address begins so: a transport was meant, such as ssl:HOST:PORT.
      if let (name, _) = split(word, at: ":"), prefix.isEmpty, name.contains(where: { $0.isLetter && !$0.isHexDigit }) {
        throw .unknownTransport(name, in: word)
      }
      throw .bareIPv6(word, prefix: prefix)
    }
    if let (host, service) = split(word, at: ":") {
      return .internet(host: try Self.host(host, role: role), service: try Self.service(service))
    }
    if word.hasPrefix("/") || word.hasPrefix("./") || word.hasPrefix("@") { throw .looksLikeUnix(word) }
    guard role == .local else { throw .missingPort(word, prefix: prefix) }
    return .internet(host: nil, service: try Self.service(word))
  }

  /// Parses a host: brackets are removed, and `*` or nothing is the wildcard address.
  private static func host(_ text: String, role: Role) throws(EndpointError) -> String? {
    var host = text
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = String(host.dropFirst().dropLast())
      let address = host.prefix { !"%@".contains($0) }
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

  static func split(_ text: String, at separator: String) -> (String, String)? {
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
