/// Words that are not an endpoint. Each case says what to write instead.
public enum EndpointError: Error, Hashable, Sendable {
  case missing(Endpoint.Role)
  case missingHost
  /// The host without a port, and the transport before it.
  case missingPort(String, prefix: String = "")
  case portOutOfRange(String)
  case tooManyWords([String])
  case malformed(String)
  case bareIPv6(String, prefix: String = "")
  case notIPv6InBrackets(String)
  case looksLikeUnix(String)
  case unknownTransport(String, in: String)
  /// A user, path, query or fragment; and the word without it.
  case urlPart(String, in: String, plain: String)
  /// A URL of a protocol that runs over a transport: `http://…`.
  case url(String, host: String, port: String, isSecure: Bool)
  case badDescriptor(String)
  /// `systemd:` where a peer is meant.
  case passedPeer(String)
  case unknownProtocol(String)
  case missingProtocol(String)
  case badAddress(AddressError)
  case unwritten(AddressFamily)
}

extension EndpointError: CustomStringConvertible {
  /// A sentence for the user that says what is wrong.
  public var description: String {
    switch self {
    case .missing(.peer): "no peer given: HOST PORT, HOST:PORT or unix:/path"
    case .missing(.local): "no address given: PORT, HOST PORT or unix:/path"
    case .missingHost: "no host given: write HOST PORT or HOST:PORT"
    case .missingPort("", _): "no port given"
    case .missingPort(let port, let prefix) where UInt16(port) != nil:
      "no host given for port \(port): write "
        + (prefix.isEmpty ? "HOST \(port), such as localhost \(port)" : "\(prefix)HOST:\(port)")
    case .missingPort(let host, "") where Endpoint.namesTransport(host + ":"):
      "no port given for '\(host)': write \(host) PORT"
    case .missingPort(let host, let prefix):
      "no port given for '\(host)': write \(prefix.isEmpty ? "\(host) PORT or " : "")\(prefix)\(Self.joined(host))"
    case .portOutOfRange(let port): "port \(port) is out of range: 0 to 65535"
    case .tooManyWords(let words): "too many words for an endpoint: '\(words.joined(separator: " "))'"
    case .malformed(let text): "'\(text)' is not an endpoint: HOST:PORT, [V6]:PORT, tcp!HOST!PORT, unix:/path"
    case .bareIPv6(let text, let prefix): Self.bracketed(text, prefix)
    case .notIPv6InBrackets(let text): "\(text) is not an IPv6 address: brackets are for those only"
    case .looksLikeUnix(let text): "'\(text)' has no port: for a Unix socket write unix:\(text), or give --unix"
    case .unknownTransport(let name, let text):
      "unknown transport '\(name)' in '\(text)': "
        + Transport.all.filter { $0.addressing == .internet }.map(\.name).joined(separator: ", ")
        + ", or \(AddressFamily.addressTypes.map { $0.prefix + ":" }.joined(separator: ", ")), fd:"
    case .urlPart(let part, let text, let plain):
      "'\(text)' has \(Self.kind(ofURLPart: part)), for which a socket has no use: write \(plain)"
    case .url(let text, _, _, _):
      "'\(text)' is a URL: for its server write \(server ?? "HOST:PORT"); sock sends and receives bytes as they are"
    case .badDescriptor(let text): "'fd:\(text)' is not a descriptor: fd: and a number, such as fd:3"
    case .passedPeer(let text): "'\(text)' is a socket to listen on: a peer is written HOST:PORT or unix:/path"
    case .unknownProtocol(let text):
      "'\(text)' is not an IP protocol: write its number, 1 to 255, or its name, such as icmp"
    case .missingProtocol(let text):
      "no protocol given in 'raw:\(text)': write raw:HOST:PROTOCOL, such as raw:HOST:icmp"
    case .badAddress(let error): error.description
    case .unwritten(let family): "addresses of \(family) are not written in words"
    }
  }

  /// For a URL, the endpoint of its server: `tls://example.com:443`; nil for other errors.
  public var server: String? {
    guard case .url(_, let host, let port, let isSecure) = self else { return nil }
    return (isSecure ? "tls://" : "") + (host.contains(":") ? "[\(host)]" : host) + ":\(port)"
  }

  private static func joined(_ host: String) -> String {
    host.contains(":") ? "[\(host)]:PORT" : "\(host):PORT"
  }

  /// `::1:80` could be an address, or `::1` and a port: shows how to write either.
  private static func bracketed(_ text: String, _ prefix: String) -> String {
    var parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let last = parts.removeLast()
    let host = parts.joined(separator: ":")
    var advice: [String] = []
    if UInt16(last) != nil, IPv6Address(host) != nil {
      advice.append("write \(prefix)[\(host)]:\(last) for port \(last) of \(host)")
    }
    if IPv6Address(text) != nil {
      advice.append(
        "\(prefix)[\(text)]:PORT" + (prefix.isEmpty ? " or '\(text) PORT'" : "") + " for a port of that address")
    }
    return advice.isEmpty
      ? "'\(text)' is neither HOST:PORT nor an IPv6 address: one with a port is written \(prefix)[ADDRESS]:PORT"
      : "'\(text)' is ambiguous: " + advice.joined(separator: ", or ")
  }

  private static func kind(ofURLPart part: String) -> String {
    switch part.first {
    case "/": part == "/" ? "a slash behind the port" : "the path '\(part)'"
    case "?": "the query '\(part)'"
    case "#": "the fragment '\(part)'"
    default: "the user '\(part)'"
    }
  }
}
