import SocketLoop
import Sockets
import Transfer

/// What a program that is run for a peer learns of it from its environment.
@LoopActor
enum ProgramEnvironment {
  /// The variables `SOCK_PEER_ADDRESS`, `SOCK_PEER_PORT`, `SOCK_LOCAL_ADDRESS`, `SOCK_LOCAL_PORT` and `SOCK_TRANSPORT`, and
  /// those of ncat for the same; `SOCK_PROXY_ADDRESS` and the like, if a proxy has named the peer. What is not known is
  /// removed, so that nothing is inherited from another run.
  static func variables(for partner: EndPartner?) -> [(name: String, value: String?)] {
    let (peer, local) = (partner?.peer.address, partner?.facts.local)
    let transport = partner?.facts.transport?.name
    return [
      ("SOCK_PEER_ADDRESS", peer.map(host)), ("SOCK_PEER_PORT", peer?.port.map { "\($0)" }),
      ("SOCK_LOCAL_ADDRESS", local.map(host)), ("SOCK_LOCAL_PORT", local?.port.map { "\($0)" }),
      ("SOCK_TRANSPORT", transport),
      ("NCAT_REMOTE_ADDR", peer.map(host)), ("NCAT_REMOTE_PORT", peer?.port.map { "\($0)" }),
      ("NCAT_LOCAL_ADDR", local.map(host)), ("NCAT_LOCAL_PORT", local?.port.map { "\($0)" }),
      ("NCAT_PROTO", transport?.uppercased()),
    ] + variables(of: partner?.facts.origin)
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

  private static func host(_ address: SocketAddress) -> String { address.port == nil ? "\(address)" : address.host }
}
