import ArgumentParser
import Operations
import Sockets

/// What `sock` can do, by the word that asks for it.
enum Verb: String, CaseIterable {
  case listen, connect, send, recv
  case udpSend = "udp-send"
  case udpRecv = "udp-recv"
  case ping, bench
  case traceRoute = "trace-route"
  case resolve, opts, families, shell

  /// The command behind the word.
  var command: any VerbCommand.Type {
    switch self {
    case .listen: ListenCommand.self
    case .connect: ConnectCommand.self
    case .send: SendCommand.self
    case .recv: RecvCommand.self
    case .udpSend: UDPSendCommand.self
    case .udpRecv: UDPRecvCommand.self
    case .ping: PingCommand.self
    case .bench: BenchCommand.self
    case .traceRoute: TraceRouteCommand.self
    case .resolve: ResolveCommand.self
    case .opts: OptsCommand.self
    case .families: FamiliesCommand.self
    case .shell: ShellCommand.self
    }
  }

  /// The error for a first word that is none.
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

/// A verb: what it is called and takes, as its help shows it, and what it does.
protocol VerbCommand: ParsableCommand {
  /// The options that it takes: those that it declares.
  static var options: [OptionName] { get }

  /// Judges the line, and does the work that it asks for.
  static func perform(_ line: Line) throws(OperationError)

  /// The same for a verb whose user chooses the status: what the process exits with where nothing failed.
  static func status(of line: Line) throws(OperationError) -> CInt
}

extension VerbCommand {
  static func status(of line: Line) throws(OperationError) -> CInt {
    try perform(line)
    return ExitStatus.success
  }
}
