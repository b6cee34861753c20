import SocketLoop
import Sockets
import Transfer

/// `exec:COMMAND`, `shell:STRING` and `pty:COMMAND`: a program, which is started for each connection.
struct ProgramEnd: EndMeaning {
  let program: PeerProgram
  /// Whether it gets a terminal of its own.
  var isOnTerminal = false

  /// A command that is split into words, without a shell.
  init(command text: EndText, isOnTerminal: Bool = false) throws(OperationError) {
    do throws(OperationError) {
      program = try PeerProgram(command: text.bytes, name: text.word)
    } catch {
      throw OperationError(.usage, "'\(text.word)': \(error.message)")
    }
    self.isOnTerminal = isOnTerminal
  }

  /// A string for `sh -c`.
  init(shell text: EndText) throws(OperationError) {
    _ = try text.required("command", such: "shell:'date; cat'")
    program = PeerProgram(shell: text.bytes, name: text.word)
  }

  func prepare(_ context: EndContext) async throws(OperationError) -> any EndSource {
    try program.check(in: context.root)
    return ProgramSource(self)
  }
}

@LoopActor
private final class ProgramSource: EndSource {
  private let end: ProgramEnd

  init(_ end: ProgramEnd) { self.end = end }

  func open(for partner: EndPartner?) async throws(OperationError) -> OpenEnd {
    let stream = try end.program.start(end.isOnTerminal ? .terminal : .pipes, for: partner)
    var opened = OpenEnd(stream, .named(end.program.name))
    opened.process = stream
    return opened
  }
}
