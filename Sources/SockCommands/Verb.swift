import Operations
import Sockets

/// What `sock` can do, by the word that asks for it.
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
  /// The words that it takes, as in `HOST PORT [MESSAGE ...]`.
  static var operands: String { get }
  /// What else its summary has to say: the forms of the words, for one.
  static var notes: String { get }
  /// Command lines to learn from, the best one first.
  static var examples: [String] { get }
  /// What a shell offers for its words.
  static var operandCompletion: ValueCompletion { get }

  /// Turns the arguments into a request, and performs it.
  static func perform(_ arguments: ParsedArguments) throws(OperationError)

  /// The same for a verb whose user chooses the status: what the process exits with if nothing failed.
  static func status(of arguments: ParsedArguments) throws(OperationError) -> CInt
}

extension VerbCommand {
  static var notes: String { "" }
  static var operandCompletion: ValueCompletion { .none }

  static func status(of arguments: ParsedArguments) throws(OperationError) -> CInt {
    try perform(arguments)
    return ExitStatus.success
  }

  /// The words of a verb that goes to a peer.
  static var peerForms: String { "HOST PORT may also be HOST:PORT, [V6]:PORT, udp://HOST:PORT, unix:/PATH or fd:N." }

  /// The words of a verb that listens.
  static var localForms: String {
    "Without HOST, every interface is used; port 0 picks a free port. Also HOST:PORT, unix:/PATH or fd:N."
  }
}
