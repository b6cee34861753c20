import Sockets

/// An answer from the probed host.
package struct ProbeAnswer: Sendable {
  /// The kind of answer; the raw value is its name in JSON.
  package enum Kind: String, Sendable {
    case echo, connected, refused, data
    case portUnreachable = "port-unreachable"
  }
  /// The kind of answer.
  package var kind: Kind
  /// The sender of the answer.
  package var from: SocketAddress
  /// The round-trip time.
  package var time: Duration
  /// Bytes received; nil for answers without data.
  package var bytes: Int?
  /// The hop limit (TTL) that the answer arrived with.
  package var hopLimit: Int?
}
