import SocketLoop
import Sockets
import Transfer

/// `exec:COMMAND`, `shell:STRING` and `pty:COMMAND`: a program, which is started for each connection.
struct ProgramEnd: EndMeaning {
  let plan: ChildPlan
  /// The word that named it.
  let name: String
  /// Whether it gets a terminal of its own.
  var isOnTerminal = false

  /// A command that is split into words, without a shell.
  init(command text: EndText, isOnTerminal: Bool = false) throws(OperationError) {
    do throws(OperationError) {
      plan = ChildPlan(try CommandWords.split(text.bytes))
    } catch {
      throw OperationError(.usage, "'\(text.word)': \(error.message)")
    }
    name = text.word
    self.isOnTerminal = isOnTerminal
  }

  /// A string for `sh -c`.
  init(shell text: EndText) throws(OperationError) {
    _ = try text.required("command", such: "shell:'date; cat'")
    plan = .shell(text.bytes)
    name = text.word
  }

  func prepare(_ context: EndContext) async throws(OperationError) -> any EndSource {
    try ProgramSearch.check(plan.arguments[0])
    return ProgramSource(self)
  }
}

@LoopActor
private final class ProgramSource: EndSource {
  private let end: ProgramEnd

  init(_ end: ProgramEnd) { self.end = end }

  func open(for partner: EndPartner?) async throws(OperationError) -> OpenEnd {
    var plan = end.plan
    plan.variables = ProgramEnvironment.variables(for: partner)
    let stream: ProcessStream
    do throws(SystemError) {
      stream = end.isOnTerminal ? try ProcessStream(plan, on: try Self.terminal()) : try ProcessStream(plan)
    } catch {
      throw OperationError(.system, "cannot run \(end.name): \(error)", errorNumber: error.number)
    }
    var opened = OpenEnd(stream, .named(end.name))
    opened.process = stream
    return opened
  }

  /// A terminal with the window of our own, if we have one.
  private static func terminal() throws(SystemError) -> PseudoTerminal {
    let terminal = try PseudoTerminal()
    let own = Descriptor.standardInput.windowSize ?? (rows: 24, columns: 80)
    try terminal.setWindow(rows: own.rows, columns: own.columns)
    return terminal
  }
}
