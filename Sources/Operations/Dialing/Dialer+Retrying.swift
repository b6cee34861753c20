import SocketLoop
import Sockets
import Transfer

extension Dialer {
  /// Opens a connection as ``open(_:)`` does, and tries again if nothing answers there yet.
  func open(_ endpoint: Endpoint, retrying policy: RetryPolicy) async throws(OperationError) -> (any ByteStream, Peer) {
    try await retrying(policy) { () async throws(OperationError) in try await open(endpoint) }
  }

  /// Makes an attempt, and makes it again if it has failed and another one may succeed.
  func retrying<Result>(
    _ policy: RetryPolicy, _ attempt: () async throws(OperationError) -> Result
  ) async throws(OperationError) -> Result {
    try await policy.run(attempt) {
      $0.mayPass
    } willRetry: {
      reporter.retry(after: $0, in: $1, $2)
    }
  }
}

extension OperationError {
  /// Whether another attempt to connect may succeed: nothing answered, the peer refused or broke off, or the name server
  /// did not answer.
  var mayPass: Bool {
    switch cause {
    case .unreachable, .timedOut, .connectionLost: true
    default: false
    }
  }
}

extension EventReporter {
  /// Reports an attempt that failed, and when the next one follows.
  func retry(after error: OperationError, in delay: Duration, _ which: String) {
    emit(.retry) {
      $0.seconds = delay / .seconds(1)
      $0.errorNumber = error.errorNumber
      $0.message = "\(error.summary): trying again in \(describe(delay)) (\(which))"
    }
  }
}

extension OperationError {
  /// The message in one line: that of the last attempt, if there were several.
  var summary: String { attempts.last?.message ?? message }
}
