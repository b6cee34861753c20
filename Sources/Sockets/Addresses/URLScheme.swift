/// Schemes of URLs that people try where an endpoint belongs, and the service that each of them means.
struct URLScheme {
  /// The port if the URL has none.
  let port: UInt16
  /// Whether the protocol runs over TLS.
  var isSecure = false

  /// By name.
  static let known: [String: URLScheme] = [
    "amqp": URLScheme(port: 5672), "amqps": URLScheme(port: 5671, isSecure: true), "coap": URLScheme(port: 5683),
    "ftp": URLScheme(port: 21), "ftps": URLScheme(port: 990, isSecure: true), "git": URLScheme(port: 9418),
    "gopher": URLScheme(port: 70), "http": URLScheme(port: 80), "https": URLScheme(port: 443, isSecure: true),
    "imap": URLScheme(port: 143), "imaps": URLScheme(port: 993, isSecure: true), "irc": URLScheme(port: 6667),
    "ircs": URLScheme(port: 6697, isSecure: true), "ldap": URLScheme(port: 389),
    "ldaps": URLScheme(port: 636, isSecure: true), "mongodb": URLScheme(port: 27017), "mqtt": URLScheme(port: 1883),
    "mqtts": URLScheme(port: 8883, isSecure: true), "mysql": URLScheme(port: 3306), "nats": URLScheme(port: 4222),
    "pop3": URLScheme(port: 110), "pop3s": URLScheme(port: 995, isSecure: true), "postgres": URLScheme(port: 5432),
    "postgresql": URLScheme(port: 5432), "redis": URLScheme(port: 6379),
    "rediss": URLScheme(port: 6379, isSecure: true), "rtsp": URLScheme(port: 554), "sftp": URLScheme(port: 22),
    "sip": URLScheme(port: 5060), "smtp": URLScheme(port: 25), "smtps": URLScheme(port: 465, isSecure: true),
    "ssh": URLScheme(port: 22), "ssl": URLScheme(port: 443, isSecure: true),
    "telnet": URLScheme(port: 23), "ws": URLScheme(port: 80),
    "wss": URLScheme(port: 443, isSecure: true),
  ]

  /// The error that says which host and port a URL means; nil if the scheme is not known, or there is no host.
  static func advice(on rest: String, scheme: String) -> EndpointError? {
    guard let found = known[scheme.lowercased()] else { return nil }
    var place = splitUser(split(rest).authority).place
    var port = String(found.port)
    if let colon = place.utf8.lastIndex(of: UInt8(ascii: ":")), !place.hasSuffix("]") {
      let own = String(place[place.index(after: colon)...])
      if !own.isEmpty { port = own }
      place = String(place[..<colon])
    }
    if place.hasPrefix("["), place.hasSuffix("]") { place = String(place.dropFirst().dropLast()) }
    if place.isEmpty { return nil }
    return .url(scheme + "://" + rest, host: place, port: port, isSecure: found.isSecure)
  }

  /// Splits what follows `://` into `USER@HOST:PORT`, and the path, query or fragment; nil if it has none.
  static func split(_ rest: String) -> (authority: String, tail: String?) {
    let bytes = rest.utf8
    guard let end = bytes.firstIndex(where: { [UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#")].contains($0) })
    else { return (rest, nil) }
    return (String(rest[..<end]), String(rest[end...]))
  }

  /// Splits `USER@HOST:PORT`; the user includes the `@`, and is nil if there is none.
  static func splitUser(_ authority: String) -> (user: String?, place: String) {
    guard let at = authority.utf8.lastIndex(of: UInt8(ascii: "@")) else { return (nil, authority) }
    return (String(authority[...at]), String(authority[authority.utf8.index(after: at)...]))
  }
}
