import Operations
import Sockets

// What a server answers by itself.
extension ParsedArguments {
  /// Whether the server answers by itself.
  var hasAnswer: Bool { uses.contains { $0.option.group == .answer } }

  /// Completes the answer of a server, and refuses what it cannot be combined with, once everything else is known.
  func checkAnswer(_ request: inout ListenRequest, over destination: Destination) throws(OperationError) {
    if has(.slow), case .transfer = request.choice {
      request.choice = .answer(
        AnswerOrder(.discard, try AnswerKind.discard.make(AnswerValue(option: "", text: "", bytes: []))))
    }
    guard case .answer(let order) = request.choice else { return }
    let transport = destination.endpoint.transport ?? destination.transport
    guard transport.traits.contains(.messages) else { return }
    guard order.kind.answersDatagrams else { throw .answersConnections(order.kind) }
    if has(.idle) { throw .usage("\(Option.idle) is for connections: \(transport) has none") }
  }
}
