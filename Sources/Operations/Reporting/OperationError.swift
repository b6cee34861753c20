import Sockets

/// Why a verb could not do its work: one sentence for its user, and the cause that becomes the exit status.
package struct OperationError: Error, Sendable {
  /// What went wrong, as scripts tell it apart.
  ///
  /// The exit status of each stands in SockCommands/ExitStatus.swift.
  package enum Cause: Sendable, Hashable {
    case usage
    case malformedData
    case nameNotFound
    case unreachable
    /// A state that should not be: a bug in sock.
    case internalFault
    /// Cannot bind or listen, or a limit of the system.
    case system
    case cannotCreate
    case connectionLost
    case timedOut
    case peerProtocol
    case notPermitted
    case notSupported
    case signal(CInt)
    /// A command that was run for the user failed: its own status.
    case command(CInt)
    /// The reader of stdout has gone.
    case outputClosed
  }

  /// What becomes the exit status.
  package var cause: Cause
  /// A sentence without the program's name: `connect to 127.0.0.1:1: Connection refused (ECONNREFUSED)`.
  ///
  /// More lines are details.
  package var message: String
  /// What would let it succeed, for the front end to word in its own options; several are alternatives.
  package var advice: [Advice] = []
  /// What became of each attempt, where there were several.
  package var attempts: [Attempt] = []
  /// The `errno` behind it, where there was one.
  package var errorNumber: ErrorNumber?

  /// An error from its parts.
  package init(_ cause: Cause, _ message: String, errorNumber: ErrorNumber? = nil, advice: [Advice] = []) {
    self.cause = cause
    self.message = message
    self.errorNumber = errorNumber
    self.advice = advice
  }

  /// One of several attempts: what it was, why it failed, and what would let it succeed.
  package struct Attempt: Sendable {
    package var message: String
    package var advice: [Advice]

    package init(message: String, advice: [Advice] = []) {
      self.message = message
      self.advice = advice
    }
  }
}

extension OperationError {
  /// `-I` on a socket that keeps datagrams apart.
  static let linesAreForStreams = OperationError(
    .usage, "--interactive is for streams: for datagrams leave it out (each line of a terminal is one)")
}

extension OperationError: CustomStringConvertible {
  /// The message.
  package var description: String { message }
}
