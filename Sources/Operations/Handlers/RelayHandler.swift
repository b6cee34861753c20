import SocketLoop
import Sockets
import Transfer

/// `sock listen` and `sock recv` on streams: relays between the peer and standard input and output.
@LoopActor
final class RelayHandler: Handler {
  private let options: ConnectionOptions
  /// Whether several peers are served, so that each failure is reported as it happens. A single peer's failure is that
  /// of the run.
  private let isOneOfSeveral: Bool
  private let listeners: Listeners
  private let builder: SessionBuilder
  private let resumption: Resumption?
  private let reporter: EventReporter

  init(
    _ request: ListenRequest, _ listeners: Listeners, _ builder: SessionBuilder, _ resumption: Resumption?,
    _ reporter: EventReporter
  ) {
    self.listeners = listeners
    options = request.options
    isOneOfSeveral = request.count ?? 1 > 1
    self.builder = builder
    self.resumption = resumption
    self.reporter = reporter
  }

  func serve(_ stream: any ByteStream, _ peer: Peer) async -> ServiceOutcome {
    let record = reporter.accepted(stream, from: peer)
    do throws(OperationError) {
      try options.checkStream(of: stream.connection, peer: peer)
    } catch {
      record.closed()
      return failed(error, record)
    }
    do throws(OperationError) {
      return try await relay(stream, record)
    } catch {
      return .serverFailed(error)
    }
  }

  private func relay(
    _ stream: any ByteStream, _ record: ConnectionRecord
  ) async throws(OperationError) -> ServiceOutcome {
    var resumed: ResumedTransfer?
    if let resumption { resumed = try await record.agree(on: resumption, over: stream) }
    var builder = builder
    // The listeners close with the last connection that is wanted.
    builder.isLast = listeners.sockets.isEmpty
    let session = try builder.relay(stream, record: record, resumed: resumed)
    let ending = await session.run()
    record.closed()
    try resumed?.checkExcess(session)
    guard let error = options.error(of: ending, peer: record.peer, failure: stream.failure) else {
      try resumed?.check(session)
      return .served
    }
    switch ending {
    case .connectionFailed, .idle: return failed(error, record)
    case .finished, .inputFailed, .outputFailed, .cancelled: return .serverFailed(error)
    }
  }

  private func failed(_ error: OperationError, _ record: ConnectionRecord) -> ServiceOutcome {
    if isOneOfSeveral { record.fail(error) }
    return .peerFailed(error)
  }
}
