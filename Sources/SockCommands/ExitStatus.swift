import Operations

/// The exit statuses of the process: the numbers of sysexits(3), which users can rely on.
enum ExitStatus {
  /// Success.
  static let success: CInt = 0
  /// The command line is invalid.
  static let usage: CInt = 64

  /// The only table from causes to statuses.
  static func of(_ cause: OperationError.Cause) -> CInt {
    switch cause {
    case .usage: usage
    case .malformedData: 65
    case .nameNotFound: 68
    case .unreachable: 69
    case .internalFault: 70
    case .system: 71
    case .cannotCreate: 73
    case .connectionLost: 74
    case .timedOut: 75
    case .peerProtocol: 76
    case .notPermitted: 77
    case .notSupported: 78
    case .signal(let number): 128 + number
    case .command(let status): status
    // 128 plus SIGPIPE, as if the signal had not been ignored.
    case .outputClosed: 141
    }
  }

  /// The cause by name, as `%{exit_cause}` shows it; `success` for nil.
  static func name(of cause: OperationError.Cause?) -> String {
    switch cause {
    case nil: "success"
    case .usage: "usage"
    case .malformedData: "malformed-data"
    case .nameNotFound: "name-not-found"
    case .unreachable: "unreachable"
    case .internalFault: "internal-fault"
    case .system: "system"
    case .cannotCreate: "cannot-create"
    case .connectionLost: "connection-lost"
    case .timedOut: "timed-out"
    case .peerProtocol: "peer-protocol"
    case .notPermitted: "not-permitted"
    case .notSupported: "not-supported"
    case .signal: "signal"
    case .command: "command"
    case .outputClosed: "output-closed"
    }
  }
}
