import Sockets
import Transfer

/// What is known of a peer that asks to be let in.
struct AccessPeer: Sendable {
  /// Its address; nil unless it is an internet address.
  var address: IPAddress?
  /// Whether it comes over a Unix socket.
  var isUnix = false
  /// Its effective user and group; nil unless it comes over a Unix socket, and if they are unknown.
  var credentials: Credentials?
  /// Its certificate, once it has been verified in the handshake of TLS; nil before that.
  var certificate: TLSCertificateFacts?

  init(_ address: SocketAddress, isUnix: Bool = false, _ credentials: Credentials? = nil) {
    self.address = IPAddress(address)?.withoutMapping
    self.isUnix = isUnix
    self.credentials = credentials
  }

  /// Whether a rule is about it. A name matches no peer until it has been resolved.
  func matches(_ rule: AccessRule) -> Bool {
    switch rule {
    case .addresses(let range): address.map(range.contains) ?? false
    case .name: false
    case .unix: isUnix
    case .user(let number): isUnix && credentials?.userID == number
    case .group(let number): isUnix && credentials?.groupID == number
    case .certificate(let name): certificate.map(name.matches) ?? false
    }
  }

  /// Whether it cannot be told whether a rule is about it.
  func leavesOpen(_ rule: AccessRule) -> Bool {
    switch rule {
    case .user, .group: isUnix && credentials == nil
    case .addresses, .name, .unix, .certificate: false
    }
  }
}
