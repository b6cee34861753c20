import Sockets

/// Why a layer failed, or could not be set up, in words: an errno cannot say that a certificate has expired.
package struct StreamFailure: Error, Hashable, Sendable {
  /// The kind of failure, which decides the exit status.
  package enum Cause: Hashable, Sendable {
    /// What the user asked for cannot be done: a file that is missing, a name that is unknown.
    case settings
    /// This system lacks something.
    case notSupported
    /// The peer does not follow the protocol, or is not trusted.
    case peerProtocol
    /// The peer did not start.
    case neverStarted
    /// The connection ended where it must not.
    case cut
    /// A message is longer than may be.
    case tooLong
    /// What was sent has not arrived, as ICMP or the kernel reports.
    case unreachable(SystemError)
    case timedOut
    case cancelled
  }

  package var cause: Cause
  /// What went wrong: a sentence whose subject, the peer, is left out (`is not trusted: …`); for ``Cause/settings`` and
  /// ``Cause/notSupported`` a whole one.
  package var message: String

  package init(_ cause: Cause, _ message: String) {
    self.cause = cause
    self.message = message
  }
}
