import SocketLoop
import Sockets
import Transfer

/// Answers the connections of `sock listen --echo` and its like.
@LoopActor
final class AnswerHandler: Handler {
  private let answer: any Answer
  private let request: ListenRequest
  private let taps: TapSet
  private let null: DescriptorStream
  private let reporter: EventReporter

  init(
    _ answer: any Answer, _ request: ListenRequest, _ taps: TapSet, _ streams: StandardStreams,
    _ reporter: EventReporter
  ) throws(OperationError) {
    self.answer = answer
    self.request = request
    self.taps = taps
    self.reporter = reporter
    null = try streams.null()
  }

  func serve(_ stream: any ByteStream, _ peer: Peer) async -> ServiceOutcome {
    let record = reporter.accepted(stream, from: peer)
    do throws(OperationError) { try request.options.prepare(stream, record) } catch { return .peerFailed(error) }
    let connection = AnsweredConnection(
      stream: stream, peer: peer, options: request.options, patience: request.peerTimeout, taps: taps, null: null,
      warn: { record.warn($0) })
    record.carries(sent: connection.sent, received: connection.received)
    let ending = SessionEnding(await answer.serve(connection))
    record.closed()
    guard let error = error(of: ending, stream, peer) else { return .served }
    record.fail(error)
    return .peerFailed(error)
  }

  /// The error of a connection that has ended; nil on success.
  private func error(of ending: SessionEnding, _ stream: any ByteStream, _ peer: Peer) -> OperationError? {
    switch ending {
    case .cancelled: return nil
    case .connectionFailed where answer.endsByReset && stream.failure == nil: return nil
    case .inputFailed(let error):
      return OperationError(
        .connectionLost, "cannot read what \(peer) is sent: \(error.number)", errorNumber: error.number)
    case .finished, .connectionFailed, .outputFailed, .idle:
      return OperationError.of(ending, peer: peer, idle: request.options.idleTimeout, failure: stream.failure)
    }
  }

  func makeRoom() -> Bool { answer.makeRoom() }
}
