import Sockets

/// What was found at an endpoint: whether anything there takes connections or datagrams.
package struct Finding: Sendable {
  /// The finding in a word, which scripts can rely on.
  package enum Kind: String, Sendable, CaseIterable {
    /// A connection was accepted, or a datagram answered.
    case open
    /// Over datagrams: nothing came back. A service may be there, or a filter.
    case openOrFiltered = "open|filtered"
    /// The host says that nothing listens there.
    case refused
    /// Nothing came back in time.
    case noAnswer = "no answer"
    /// The network, or the absence of a socket file, keeps us from getting there.
    case unreachable
    case unknownName = "unknown name"
    case notPermitted = "not permitted"
    /// The attempt could not even be made, or what answered cannot be talked to.
    case failed
  }

  package let kind: Kind
  /// The error of the attempt; nil if something is there.
  package let error: OperationError?
  /// Who answered.
  package var peer: Peer?

  /// Something is there, as far as can be told.
  init(_ kind: Kind, at peer: Peer?) { (self.kind, error, self.peer) = (kind, nil, peer) }

  /// Nothing is there, because of an error.
  init(_ error: OperationError) {
    self.error = error
    kind =
      switch error.cause {
      case .unreachable where error.errorNumber == .connectionRefused: .refused
      // Something answered, but the layer over it could not be opened: a certificate is not trusted.
      case .peerProtocol where error.errorNumber == nil: .failed
      case .unreachable, .connectionLost, .peerProtocol: .unreachable
      case .timedOut: .noAnswer
      case .nameNotFound: .unknownName
      case .notPermitted: .notPermitted
      default: .failed
      }
  }

  /// Whether something is there, as far as can be told.
  package var isOpen: Bool { error == nil }

  /// The kind and the error, as the last word on an endpoint: `refused (ECONNREFUSED)`.
  package var reason: String {
    guard kind == .refused || kind == .noAnswer, let number = error?.errorNumber else { return sentence }
    return "\(kind.rawValue) (\(number.name))"
  }

  /// The kind, with the error where the kind alone does not tell it: `unreachable: No route to host (EHOSTUNREACH)`.
  package var sentence: String {
    switch kind {
    case .open, .openOrFiltered, .refused, .noAnswer, .unknownName: kind.rawValue
    default: error.map { "\(kind.rawValue): \($0.errorNumber.map { "\($0)" } ?? $0.message)" } ?? kind.rawValue
    }
  }
}
