import SocketLoop
import Sockets
import Transfer

/// What a listening server does with its peers: the one place where `sock listen` branches.
///
/// It is made before anything is listened on, so that what cannot work fails while no peer is kept waiting.
@LoopActor
protocol ListenService {
  /// Serves the peers that come to these sockets until no more are wanted.
  func run(_ listeners: Listeners, for service: Service) async throws(OperationError)

  /// Fails if it may not do what each peer will want, now that it is the user whom it serves as.
  func checkRights() throws(OperationError)

  /// Releases what it has, whether or not it has run.
  func close()
}

extension ListenService {
  func checkRights() throws(OperationError) {}
  func close() {}
}

/// What the command line chose for `sock listen` to do with its peers.
package enum ListenChoice: Sendable {
  /// Transfer standard input and output, or run the program of ``ConnectionOptions/program``.
  case transfer
  /// `--echo` and its like: answer each peer.
  case answer(AnswerOrder)
  /// `--broker` and `--chat`: let the peers talk to each other.
  case room(RoomOrder)
}

extension ListenRequest {
  /// Makes the service that the command line chose.
  @LoopActor
  func service(_ reporter: EventReporter, _ streams: StandardStreams) async throws(OperationError) -> any ListenService
  {
    if let program = options.program { return try await ProgramService(program, self, reporter) }
    return switch choice {
    case .transfer: try await TransferService(self, reporter, streams)
    case .answer(let order): try await AnswerService(order, self, reporter, streams)
    case .room(let order): try await RoomService(order, self, reporter, streams)
    }
  }

  /// Whether there may be many peers.
  package var servesMany: Bool {
    switch choice {
    case .transfer: keepOpen
    case .answer, .room: true
    }
  }

  /// Accepts connections within these limits and those of the user.
  @LoopActor
  func acceptor(
    _ listeners: Listeners, _ limits: AcceptLimits, _ reporter: EventReporter, _ service: Service
  ) -> Acceptor {
    Acceptor(
      listeners, limits.narrowed(by: options.admission), reporter, layers: StreamLayers(options), service: service)
  }
}

extension ServiceFailures {
  /// Throws the failure of the only connection, or the number of failures if there were several connections, which have
  /// been reported.
  func check(of count: Int) throws(OperationError) {
    guard var failure = lastFailure else { return }
    if count > 1 { failure.message = "\(failures) of \(count) connections failed" }
    throw failure
  }
}
