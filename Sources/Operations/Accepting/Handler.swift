import SocketLoop

/// What a server does with each connection that its ``Acceptor`` has accepted.
@LoopActor
protocol Handler: AnyObject, Sendable {
  /// Serves the connection to its end, and closes it.
  func serve(_ connection: AsyncSocket, _ peer: Peer) async -> ServiceOutcome
}

/// How serving one connection ended.
enum ServiceOutcome: Sendable {
  /// In good order.
  case served
  /// With an error of this peer's own: the others are served on.
  case peerFailed(OperationError)
  /// With an error that ends the server, such as standard output that cannot be written.
  case serverFailed(OperationError)
}
