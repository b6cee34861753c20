import Glibc
import Operations
import Shell
import Sockets

/// `sock shell`: the sockets API, call by call.
struct ShellCommand: VerbCommand {
  static var abstract: String { "Make the calls of the sockets API one by one." }
  static var operands: String { "[FILE]" }
  static var notes: String {
    """
    Lines come from FILE (default: stdin), and results go to stdout.
    A terminal has line editing, history and completion; Ctrl-C interrupts a waiting call, 'help' lists the calls.
    """
  }
  static var examples: [String] { ["sock shell handshake.sock"] }
  static var operandCompletion: ValueCompletion { .file }

  static func perform(_ arguments: ParsedArguments) throws(OperationError) { _ = try status(of: arguments) }

  static func status(of arguments: ParsedArguments) throws(OperationError) -> CInt {
    guard arguments.words.count <= 1 else {
      throw .usage("'\(arguments.words[1])' is one word too many: shell takes the name of one script")
    }
    let tracing = CallTracing(try arguments.callTrace() ?? CallTrace(.text), isOn: arguments.has(.trace))
    if arguments.words.isEmpty, isOnTerminal { return try converse(tracing) }
    let path = arguments.words.first ?? "-"
    let descriptor = path == "-" ? 0 : open(path.isEmpty ? "" : path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      let number = ErrorNumber(rawValue: errno)
      throw OperationError(.connectionLost, "cannot open '\(path)': \(number)", errorNumber: number)
    }
    let outcome = ShellScript.run(from: descriptor, tracing: tracing) { text in
      // Results are not payload: if the reader of stdout is gone, the script still runs to its end.
      _ = ConsoleOutput.output.write(text + "\n")
    }
    return try status(outcome, of: path == "-" ? "stdin" : path)
  }

  /// Whether both stdin and stdout are a terminal.
  static var isOnTerminal: Bool { Descriptor.standardInput.isTerminal && Descriptor.standardOutput.isTerminal }

  private static func converse(_ tracing: CallTracing) throws(OperationError) -> CInt {
    let outcome = ShellConsole.run(
      greeting: "sock \(Program.version): the sockets API, call by call. 'help' lists the calls; Ctrl-D ends.",
      history: .standard("history"), isColored: allowsColor,
      tracing: tracing)
    return try status(outcome, of: "the terminal")
  }

  /// The rule of no-color.org, and a terminal that supports colours.
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
