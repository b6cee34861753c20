import Sockets

/// Why a verb failed: a sentence for the user, and the cause, which determines the exit status.
package struct OperationError: Error, Sendable {
  /// The cause of the failure, by which scripts distinguish errors.
  ///
  /// SockCommands/ExitStatus.swift lists the exit status of each.
  package enum Cause: Sendable, Hashable {
    case usage
    case malformedData
    case nameNotFound
    case unreachable
    /// A state that should be impossible: a bug in sock.
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
    /// A command run for the user failed, with this exit status.
    case command(CInt)
    /// The reader of stdout has gone.
    case outputClosed
  }

  /// The cause, which determines the exit status.
  package var cause: Cause
  /// A sentence without the program's name: `connect to 127.0.0.1:1: Connection refused (ECONNREFUSED)`.
  ///
  /// Further lines give details.
  package var message: String
  /// What would make it succeed, for the front end to express in its own options; several entries are alternatives.
  package var advice: [Advice] = []
  /// The failed attempts, if there were several.
  package var attempts: [Attempt] = []
  /// The `errno` behind it, if there was one.
  package var errorNumber: ErrorNumber?
  /// The C name of the code that a name look-up returned, if that failed: `EAI_AGAIN`, `HOST_NOT_FOUND`.
  package var lookUpCode: String?

  /// Whether the peer had sent nothing at all: a server goes on waiting for one that does.
  package var isOfSilentPeer = false

  /// Creates an error from its parts.
  package init(_ cause: Cause, _ message: String, errorNumber: ErrorNumber? = nil, advice: [Advice] = []) {
    self.cause = cause
    self.message = message
    self.errorNumber = errorNumber
    self.advice = advice
  }

  /// One of several attempts: what failed, and advice on it.
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
  /// `--inetd` where standard output is the connection, so that there is no place for what the peer sends.
  static let hasNoOutput = OperationError(
    .usage,
    "--inetd: standard output is the peer's connection: redirect it, or run a program for the peer by --exec")

  /// `--pty` or `--exec-direct` with a datagram socket.
  static let datagramProgramsHavePipes = OperationError(
    .usage, "--pty and --exec-direct have no use with a program for each datagram")

  /// `-I` with a datagram socket.
  static let linesAreForStreams = OperationError(
    .usage, "--interactive is for streams: leave it out for datagrams (each line of a terminal becomes one)")
}

extension OperationError: CustomStringConvertible {
  /// The message.
  package var description: String { message }
}
