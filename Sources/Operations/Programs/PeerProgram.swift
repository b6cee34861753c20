import SocketLoop
import Sockets
import Transfer

/// A program that is run for each peer, or for each connection of a relay.
package struct PeerProgram: Sendable {
  /// What the program has as its standard input and output.
  package enum Manner: Sendable {
    /// Two pipes.
    case pipes
    /// A terminal of its own.
    case terminal
    /// The socket itself.
    case socket
  }

  let plan: ChildPlan
  /// What it is called in messages.
  let name: String

  /// A command that is split into words as a shell splits them, without running a shell.
  package init(command: [UInt8], name: String) throws(OperationError) {
    plan = ChildPlan(try CommandWords.split(command))
    self.name = name
  }

  /// A string for `sh -c`.
  package init(shell string: [UInt8], name: String) {
    plan = .shell(string)
    self.name = name
  }

  /// Fails if it cannot be run, while no peer is kept waiting yet.
  ///
  /// - Parameter root: the directory that will be the root directory then.
  func check(in root: String? = nil) throws(OperationError) { try ProgramSearch.check(plan.arguments[0], in: root) }

  /// Starts it as a stream, on pipes or on a terminal.
  @LoopActor
  func start(_ manner: Manner, for partner: EndPartner?) throws(OperationError) -> ProcessStream {
    do throws(SystemError) {
      let plan = plan(for: partner)
      return manner == .terminal ? try ProcessStream(plan, on: try Self.terminal()) : try ProcessStream(plan)
    } catch {
      throw failure(error)
    }
  }

  /// Starts it with the socket of its peer as its standard input and output.
  @LoopActor
  func start(on socket: AsyncSocket, for partner: EndPartner?) throws(OperationError) -> ChildProcess {
    var plan = plan(for: partner)
    plan.standardInput = socket.socket.descriptor
    plan.standardOutput = socket.socket.descriptor
    do throws(SystemError) {
      // The mode belongs to the socket, not to the descriptor: the program would get EAGAIN.
      try socket.socket.setBlockingMode(.blocking)
      return try ChildProcess(plan)
    } catch {
      throw failure(error)
    }
  }

  @LoopActor
  private func plan(for partner: EndPartner?) -> ChildPlan {
    var plan = plan
    plan.variables = ProgramEnvironment.variables(for: partner)
    return plan
  }

  private func failure(_ error: SystemError) -> OperationError {
    OperationError(.system, "cannot run \(name): \(error)", errorNumber: error.number)
  }

  /// A terminal with the window of our own, if we have one.
  @LoopActor
  private static func terminal() throws(SystemError) -> PseudoTerminal {
    let terminal = try PseudoTerminal()
    let own = Descriptor.standardInput.windowSize ?? (rows: 24, columns: 80)
    try terminal.setWindow(rows: own.rows, columns: own.columns)
    return terminal
  }
}
