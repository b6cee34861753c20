import ArgumentParser
import Glibc
import Operations
import Shell
import Sockets

/// `sock shell`: the sockets API, call by call.
struct ShellCommand: VerbCommand {
  static let configuration = CommandConfiguration(
    commandName: "shell",
    abstract: "Make the calls of the sockets API one by one.",
    usage: "sock shell [FILE]",
    discussion: """
      Lines come from FILE, or from stdin; results go to stdout. On a terminal lines are edited, with history and
      completion, and Ctrl-C ends a call that waits; 'help' lists the calls.
      Example: sock shell handshake.sock
      """)

  @Argument(help: ArgumentHelp("A script (default: stdin, with editing on a terminal).", valueName: "file"))
  var words: [String] = []

  static let options: [OptionName] = []

  static func perform(_ line: Line) throws(OperationError) { _ = try status(of: line) }

  static func status(of line: Line) throws(OperationError) -> CInt {
    guard line.words.count <= 1 else {
      throw .usage("'\(line.words[1])' is one word too many: shell takes the name of one script")
    }
    if line.words.isEmpty, isOnTerminal { return try converse() }
    let path = line.words.first ?? "-"
    let descriptor: CInt
    do throws(SystemError) {
      descriptor = path == "-" ? 0 : try OwnedDescriptor.open(path, O_RDONLY).release()
    } catch {
      throw OperationError(.usage, "cannot open '\(path)': \(error.number)", errorNumber: error.number)
    }
    let outcome = ShellScript.run(from: descriptor) { text in
      // A reader that has gone is found out by the next signal or the end: results are not payload.
      _ = StandardStream.output.write(text + "\n")
    }
    return try status(outcome, of: path == "-" ? "stdin" : path)
  }

  /// Whether a person types, and sees what comes of it.
  static var isOnTerminal: Bool { Descriptor.standardInput.isTerminal && Descriptor.standardOutput.isTerminal }

  private static func converse() throws(OperationError) -> CInt {
    let outcome = ShellConsole.run(
      greeting: "sock \(Program.version): the sockets API, call by call. 'help' lists the calls; Ctrl-D ends.",
      history: .standard("history"), isColored: allowsColor)
    return try status(outcome, of: "the terminal")
  }

  /// The rule of no-color.org, and a terminal that knows colours.
  private static var allowsColor: Bool {
    if let refusal = getenv("NO_COLOR"), refusal.pointee != 0 { return false }
    guard let terminal = getenv("TERM") else { return false }
    return strcmp(terminal, "dumb") != 0 && terminal.pointee != 0
  }

  private static func status(_ outcome: ShellScript.Outcome, of name: String) throws(OperationError) -> CInt {
    switch outcome {
    case .ended(let status): return CInt(truncatingIfNeeded: status)
    case .misuse(let message): throw .usage("\(name):\(message)")
    case .failed(let message): throw OperationError(.malformedData, "\(name):\(message)")
    case .signal(let number): throw OperationError(.signal(number), "ended by signal \(number)")
    case .unreadable(let number):
      throw OperationError(.connectionLost, "cannot read \(name): \(number)", errorNumber: number)
    }
  }
}
