import Sockets

/// An answer of the host that was asked.
package struct ProbeAnswer: Sendable {
  /// What it was; the raw value is its name in JSON.
  package enum Kind: String, Sendable {
    case echo, connected, refused, data
    case portUnreachable = "port-unreachable"
  }
  /// What it was.
  package var kind: Kind
  /// Who answered.
  package var from: SocketAddress
  /// How long it took.
  package var time: Duration
  /// How many bytes came; nil where that has no meaning.
  package var bytes: Int?
  /// How many hops the answer had left.
  package var hopLimit: Int?
}
