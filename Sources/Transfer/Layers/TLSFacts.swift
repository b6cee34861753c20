/// What a handshake has agreed on, and who the peer is.
package struct TLSFacts: Sendable {
  /// `TLSv1.3`.
  package var version: String
  /// The cipher suite.
  package var cipher: String
  /// The group of the key exchange; nil if there was none.
  package var group: String?
  /// The application protocol; nil for none.
  package var applicationProtocol: String?
  /// The name that the client asked for (SNI); nil if it asked for none.
  package var serverName: String?
  /// Whether an earlier session was resumed.
  package var isResumed: Bool
  /// The peer's certificate, followed by those that it sent along; empty if it sent none.
  package var chain: [TLSCertificateFacts]
  /// Whether the peer was found to be trusted, where it had to be; false if the user waived that.
  package var isVerified: Bool
}

/// What a certificate says.
package struct TLSCertificateFacts: Sendable {
  /// `CN=example.org,O=Example`.
  package var subject: String
  package var issuer: String
  /// The common name of the subject; nil if it has none, or several.
  package var commonName: String?
  /// The hosts and addresses that it is for.
  package var names: [String]
  /// The hash of its key, as `--tls-pin` takes it.
  package var pin: String
  /// The first and the last second in which it is valid, since 1970.
  package var validity: ClosedRange<Int>
  /// How many whole days are left; negative once it has expired.
  package var daysLeft: Int
}
