import Sockets

/// How a session between our standard streams and a peer ended.
package enum SessionEnding: Sendable {
  case finished
  /// The connection broke: a reset, or the network gave up.
  case connectionFailed(SystemError)
  case inputFailed(SystemError)
  case outputFailed(SystemError)
  case idle
  case cancelled

  /// Translates the ending of a relay whose left side is our standard streams.
  package init(_ ending: Relay.Ending) {
    self =
      switch ending {
      case .finished: .finished
      case .inputFailed(.left, let error): .inputFailed(error)
      case .outputFailed(.left, let error): .outputFailed(error)
      case .inputFailed(.right, let error), .outputFailed(.right, let error): .connectionFailed(error)
      case .idle: .idle
      case .cancelled: .cancelled
      }
  }
}
