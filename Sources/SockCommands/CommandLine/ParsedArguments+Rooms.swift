import Operations
import Sockets
import Transfer

// Peers that talk to each other.
extension ParsedArguments {
  /// Completes the room of a server, and refuses what it cannot be combined with, once everything else is known.
  func checkRoom(_ request: inout ListenRequest, over destination: Destination) throws(OperationError) {
    guard case .room(var room) = request.choice else {
      guard let option = [Option.queue, .slowPeer].first(where: { has($0) }) else { return }
      throw .usage("\(option) is about peers that talk to each other: add \(Option.broker) or \(Option.chat)")
    }
    if let use = self[Option.queue] { room.queue = try use.number(in: 1...1 << 40) }
    if let use = self[Option.slowPeer] { room.slowPeer = try use.choice(of: MessageHub.Policy.self) }
    request.choice = .room(room)
    let transport = destination.endpoint.transport ?? destination.transport
    if transport.traits.contains(.messages) { throw .roomsAreForStreams }
  }
}
