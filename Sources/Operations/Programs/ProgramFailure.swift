import SocketLoop
import Transfer

/// How a program failed that was run for a peer.
enum ProgramFailure {
  /// The error of a program that has ended; nil on success.
  ///
  /// - Parameter isShown: whether an exit status other than 0 is a failure; a signal always is.
  @LoopActor
  static func of(_ process: ProcessStream?, named name: String, isShown: Bool) -> OperationError? {
    if let signal = process?.fatalSignal { return of(.killed(signal: signal), named: name, isShown: isShown) }
    return of(process?.exitStatus.map { .exited($0) }, named: name, isShown: isShown)
  }

  static func of(_ ending: ChildProcess.Ending?, named name: String, isShown: Bool) -> OperationError? {
    switch ending {
    case .killed(let signal): OperationError(.command(128 + signal), "\(name) was ended by signal \(signal)")
    case .exited(let status) where isShown && status != 0:
      OperationError(.command(status), "\(name) ended with status \(status)")
    case .exited, nil: nil
    }
  }
}
