import SocketLoop
import Sockets
import Transfer

/// What a program that is run for a peer learns of it from its environment.
@LoopActor
enum ProgramEnvironment {
  /// The variables `SOCK_PEER_ADDRESS`, `SOCK_PEER_PORT`, `SOCK_LOCAL_ADDRESS`, `SOCK_LOCAL_PORT` and `SOCK_TRANSPORT`, those
  /// of ncat for the same, and those of TLS; `SOCK_PROXY_ADDRESS` and the like, if a proxy has named the peer. What is not
  /// known is removed, so that nothing is inherited from another run.
  static func variables(for partner: EndPartner?) -> [(name: String, value: String?)] {
    let (peer, local) = (named(partner?.peer.address), named(partner?.facts.local))
    let transport = partner?.facts.transport?.name
    return [
      ("SOCK_PEER_ADDRESS", peer.map(host)), ("SOCK_PEER_PORT", peer?.port.map { "\($0)" }),
      ("SOCK_LOCAL_ADDRESS", local.map(host)), ("SOCK_LOCAL_PORT", local?.port.map { "\($0)" }),
      ("SOCK_TRANSPORT", transport),
      ("NCAT_REMOTE_ADDR", peer.map(host)), ("NCAT_REMOTE_PORT", peer?.port.map { "\($0)" }),
      ("NCAT_LOCAL_ADDR", local.map(host)), ("NCAT_LOCAL_PORT", local?.port.map { "\($0)" }),
      ("NCAT_PROTO", transport?.uppercased()),
    ] + variables(of: partner?.security) + variables(of: partner?.facts.origin)
  }

  private static func variables(of security: TLSFacts?) -> [(name: String, value: String?)] {
    let certificate = security?.chain.first
    return [
      ("SOCK_TLS_VERSION", security?.version), ("SOCK_TLS_CIPHER", security?.cipher),
      ("SOCK_TLS_GROUP", security?.group), ("SOCK_TLS_ALPN", plain(security?.applicationProtocol)),
      ("SOCK_TLS_SNI", plain(security?.serverName)), ("SOCK_TLS_RESUMED", security.map { $0.isResumed ? "1" : "0" }),
      ("SOCK_TLS_PSK_IDENTITY", plain(security?.presharedKey)),
      ("SOCK_TLS_SUBJECT", plain(certificate?.subject)), ("SOCK_TLS_ISSUER", plain(certificate?.issuer)),
      ("SOCK_TLS_COMMON_NAME", plain(certificate?.commonName)),
      ("SOCK_TLS_NAMES", certificate.map { names(of: $0) }),
      ("SOCK_TLS_PIN", certificate.map { "sha256//" + $0.pin }),
    ]
  }

  /// What a proxy has said of the peer: `SOCK_PROXY_ADDRESS` and `SOCK_PROXY_PORT` are its own address.
  private static func variables(of origin: ProxiedOrigin?) -> [(name: String, value: String?)] {
    let origin = origin?.header.source == nil ? nil : origin
    let details = origin?.header.details ?? []
    return [
      ("SOCK_PROXY_ADDRESS", origin.map { host($0.proxy) }), ("SOCK_PROXY_PORT", origin?.proxy.port.map { "\($0)" }),
    ]
      + ["alpn", "authority", "unique-id", "tls", "tls-cn"].map { name in
        let words = name.split(separator: "-").joined(separator: "_").uppercased()
        return ("SOCK_PROXY_\(words)", details.first { $0.name == name }?.value)
      }
  }

  /// The names of a certificate, separated by commas. One that would look like several, or like something else, is left
  /// out: whoever reads it must not be deceived.
  private static func names(of certificate: TLSCertificateFacts) -> String {
    certificate.names.filter { plain($0) != nil && !$0.utf8.contains(UInt8(ascii: ",")) }.joined(separator: ",")
  }

  /// A text of the peer's, unless it has characters that end a variable or a line.
  private static func plain(_ text: String?) -> String? {
    text.flatMap { $0.utf8.contains { $0 < 0x20 || $0 == 0x7f } ? nil : $0 }
  }

  /// An address, unless it is that of a Unix socket without one.
  private static func named(_ address: SocketAddress?) -> SocketAddress? {
    address.flatMap { $0.isUnnamed ? nil : $0 }
  }

  private static func host(_ address: SocketAddress) -> String { address.port == nil ? "\(address)" : address.host }
}
