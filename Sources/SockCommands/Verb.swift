import Operations
import Sockets

/// The verbs of `sock`: the first word of a command line.
enum Verb: String, CaseIterable {
  case listen, connect, send, recv
  case udpSend = "udp-send"
  case udpRecv = "udp-recv"
  case ping
  case traceRoute = "trace-route"
  case bench, resolve, opts, families, shell

  /// The command for the verb.
  var command: any VerbCommand.Type {
    switch self {
    case .listen: ListenCommand.self
    case .connect: ConnectCommand.self
    case .send: SendCommand.self
    case .recv: RecvCommand.self
    case .udpSend: UDPSendCommand.self
    case .udpRecv: UDPRecvCommand.self
    case .ping: PingCommand.self
    case .traceRoute: TraceRouteCommand.self
    case .bench: BenchCommand.self
    case .resolve: ResolveCommand.self
    case .opts: OptsCommand.self
    case .families: FamiliesCommand.self
    case .shell: ShellCommand.self
    }
  }

  /// The error for a first word that is not a verb.
  static func unknown(_ word: String) -> OperationError {
    if word.hasPrefix("-"), word != "-" {
      let ownOptions = ["--help", "--version", "--generate-completion-script"]
      if let nearest = NearestName.find(word, among: ownOptions) {
        return .usage(
          nearest == word && nearest == ownOptions.last
            ? "\(word) takes the name of a shell: bash, zsh or fish"
            : "unknown option '\(word)': did you mean \(nearest)?")
      }
      return .usage("'\(word)' stands before the verb: write sock VERB \(word), with a verb such as connect or listen")
    }
    if let nearest = NearestName.find(word, among: allCases.map(\.rawValue)) {
      return .usage("unknown verb '\(word)': did you mean \(nearest)?")
    }
    return .usage("unknown verb '\(word)': there are \(allCases.map(\.rawValue).joined(separator: ", "))")
  }
}

/// A verb: its help, and its implementation. Its options are the rows of ``Option`` that name it.
protocol VerbCommand {
  /// A description in one line.
  static var abstract: String { get }
  /// Its operands, as in `HOST PORT [MESSAGE ...]`.
  static var operands: String { get }
  /// Further lines of its help, such as the forms of its operands.
  static var notes: String { get }
  /// Example command lines, the most useful first.
  static var examples: [String] { get }
  /// How shells complete its operands.
  static var operandCompletion: ValueCompletion { get }

  /// Turns the arguments into a request, and performs it.
  static func perform(_ arguments: ParsedArguments) throws(OperationError)

  /// The same, for a verb whose script chooses the exit status: returns the status if nothing failed.
  static func status(of arguments: ParsedArguments) throws(OperationError) -> CInt
}

extension VerbCommand {
  static var notes: String { "" }
  static var operandCompletion: ValueCompletion { .none }

  static func status(of arguments: ParsedArguments) throws(OperationError) -> CInt {
    try perform(arguments)
    return ExitStatus.success
  }

  /// The forms of an endpoint to connect to.
  static var peerForms: String { "HOST PORT may also be HOST:PORT, [V6]:PORT, udp://HOST:PORT, unix:/PATH or fd:N." }

  /// The forms of an endpoint to listen on.
  static var localForms: String {
    "Without HOST, every interface is used; port 0 picks a free port. Also HOST:PORT, unix:/PATH or fd:N."
  }
}
