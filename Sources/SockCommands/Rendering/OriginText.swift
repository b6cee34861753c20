import Transfer

/// What a proxy has said about a connection, as text and JSON.
enum OriginText {
  /// `203.0.113.7:5000 comes through 127.0.0.1:4000 (PROXY v2), to 198.51.100.2:443: alpn h2`.
  static func sentence(_ origin: ProxiedOrigin, _ peer: String) -> String {
    let version = "PROXY v\(origin.header.version.rawValue)"
    let details = origin.header.details.map { "\($0.name) \($0.value)" }.joined(separator: ", ")
    return words(origin, peer, version) + (details.isEmpty ? "" : ": " + details)
  }

  private static func words(_ origin: ProxiedOrigin, _ peer: String, _ version: String) -> String {
    switch origin.header.subject {
    case .client(_, let destination, _):
      "\(peer) comes through \(origin.proxy) (\(version)), to \(destination)"
    case .local: "\(origin.proxy) is a proxy (\(version)), and this connection is its own"
    case .unknown: "\(origin.proxy) is a proxy (\(version)), and does not say for whom it speaks"
    }
  }

  static func add(_ origin: ProxiedOrigin, to object: inout JSONObject) {
    object.add("proxy", "\(origin.proxy)")
    object.add("proxy-version", number: origin.header.version.rawValue)
    object.add("proxy-subject", subject(origin.header))
    for (name, value) in origin.header.details { object.add(name, value) }
  }

  private static func subject(_ header: ProxyHeader) -> String {
    switch header.subject {
    case .client: "client"
    case .local: "local"
    case .unknown: "unknown"
    }
  }
}
