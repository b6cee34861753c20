import SocketLoop
import Sockets
import Transfer

extension Dialer {
  /// Opens a connection as ``open(_:)`` does, and tries again if nothing answers there yet.
  func open(_ endpoint: Endpoint, retrying policy: RetryPolicy) async throws(OperationError) -> (any ByteStream, Peer) {
    var backoff = Backoff(first: policy.delay, limit: RetryPolicy.longestDelay)
    var retries = 0
    while true {
      do throws(OperationError) {
        return try await open(endpoint)
      } catch {
        guard error.mayPass, retries < policy.count ?? .max, !Task.isCancelled else { throw error }
        retries += 1
        let delay = backoff.next()
        reporter.retry(after: error, in: delay, "\(retries)\(policy.count.map { " of \($0)" } ?? "")")
        do throws(WaitError) { try await EventLoop.sleep(until: .after(delay)) } catch { throw .cancelled }
      }
    }
  }
}

extension OperationError {
  /// Whether another attempt to connect may succeed: nothing answered, the peer refused or broke off, or the name server
  /// did not answer.
  var mayPass: Bool {
    switch cause {
    case .unreachable, .timedOut, .connectionLost: true
    case .nameNotFound: isTemporary
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
