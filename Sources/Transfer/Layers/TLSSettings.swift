import Sockets

/// What the user wants of TLS, for either role.
package struct TLSSettings: Sendable {
  /// A version of the protocol, by its number on the wire.
  package enum Version: CInt, CaseIterable, Comparable, Sendable {
    case tls10 = 0x0301
    case tls11, tls12, tls13

    /// As users write it.
    package var name: String {
      switch self {
      case .tls10: "1.0"
      case .tls11: "1.1"
      case .tls12: "1.2"
      case .tls13: "1.3"
      }
    }

    package static func < (left: Version, right: Version) -> Bool { left.rawValue < right.rawValue }
  }

  /// The files and directories of the authorities that are trusted; empty for the system's.
  package var trust: [String] = []
  /// The keys that are trusted whoever vouches for them, as SHA-256 in Base64; empty for none.
  package var pins: [String] = []
  /// The name that the peer's certificate must have; nil for the host that is connected to.
  package var name: String?
  /// Whether the peer must be trusted at all.
  package var verifies = true
  /// The files of our own certificates, each with its chain.
  package var certificates: [String] = []
  /// The files of their keys, in the same order; empty if the certificates' files have them.
  package var keys: [String] = []
  /// The pass phrase of the keys; nil to be asked for it at the terminal.
  package var keyPassword: String?
  /// The authorities of the clients that a server serves; empty to serve any.
  package var clientTrust: [String] = []
  /// The application protocols to offer or to accept, the most wanted first.
  package var protocols: [String] = []
  /// The versions to accept; nil for those of OpenSSL's configuration.
  package var versions: ClosedRange<Version>?
  /// The ciphers to accept, in OpenSSL's notation; nil for those of its configuration.
  package var ciphers: String?
  /// The groups for the key exchange, in OpenSSL's notation.
  package var groups: String?
  /// The file to which the keys of sessions are appended, for Wireshark; nil for none.
  package var keyLog: String?
  /// Who has named it: the option or the variable of the environment.
  package var keyLogOrigin = "--tls-keylog"
  /// For how many more days the peer's certificate has to be valid.
  package var minimumDays = 0
  /// The file for the peer's certificates; nil for none.
  package var savedChain: String?
  /// Whether the end of the connection is the end of the stream, without a close_notify.
  package var allowsTruncation = false
  /// The protocol in which a client asks for TLS first; nil to begin with TLS.
  package var startTLS: StartTLS?
  /// The file that keeps the session for a later run to resume; nil for none.
  package var sessionFile: String?
  /// Whether data is sent before the handshake is over, if the session allows it.
  package var sendsEarlyData = false
  /// How much data a server takes before the handshake is over.
  package var maximumEarlyData = 0
  /// The keys that both sides had before, in place of certificates: one for a client, any number for a server.
  package var presharedKeys: [TLSPresharedKey] = []
  /// The files of revocation lists; empty to check none.
  package var revocationLists: [String] = []
  /// Whether the server must prove by a stapled answer of OCSP that its certificate is not revoked.
  package var demandsStatus = false
  /// The files of the answers of OCSP that a server sends along.
  package var statusFiles: [String] = []
  /// How long the handshake may take; nil for no limit.
  package var handshakeTimeout: Duration? = .seconds(10)

  /// Whether it is DTLS, over datagrams.
  package var isOverDatagrams = false

  /// The name of the protocol, for sentences.
  package var protocolName: String { isOverDatagrams ? "DTLS" : "TLS" }

  /// The defaults.
  package init() {}

  /// The files and directories that a server reads, at its start and again at SIGHUP.
  package var filesOfServer: [String] { certificates + keys + clientTrust + revocationLists + statusFiles }
}

/// Which end of a handshake we are.
package enum TLSRole: Sendable {
  case client, server
}
