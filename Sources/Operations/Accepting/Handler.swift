import SocketLoop
import Transfer

/// What a server does with each connection that its ``Acceptor`` has accepted.
@LoopActor
protocol Handler: AnyObject, Sendable {
  /// Serves the connection to its end, and closes it.
  func serve(_ stream: any ByteStream, _ peer: Peer) async -> ServiceOutcome

  /// Begins to close connections that it keeps only in case they are of use, as descriptors or memory have run out;
  /// false if there are none.
  func makeRoom() -> Bool

  /// Those of its peers that have ended their half and get what it may still have for them; nil if it has no such peers.
  var endedPeers: EndedPeers? { get }
}

extension Handler {
  var endedPeers: EndedPeers? { nil }
  func makeRoom() -> Bool { false }
}

/// The outcome of serving one connection.
enum ServiceOutcome: Sendable {
  /// Without error.
  case served
  /// With an error that concerns only this peer.
  case peerFailed(OperationError)
  /// With an error that ends the server, such as a failed write to standard output.
  case serverFailed(OperationError)
}
