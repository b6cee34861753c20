import Operations
import Sockets

/// What `sock` can do, by the word that asks for it.
enum Verb: String, CaseIterable {
  case listen, connect, send, recv
  case udpSend = "udp-send"
  case udpRecv = "udp-recv"
  case ping
  case traceRoute = "trace-route"
  case relay, bench, wait, resolve, list, opts, families, shell

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
    case .relay: RelayCommand.self
    case .bench: BenchCommand.self
    case .wait: WaitCommand.self
    case .resolve: ResolveCommand.self
    case .list: ListCommand.self
    case .opts: OptsCommand.self
    case .families: FamiliesCommand.self
    case .shell: ShellCommand.self
    }
  }

  /// The error for a first word that is not a verb.
  ///
  /// - Parameter words: the command line that begins with it, if it is one of another tool.
  static func unknown(_ word: String, in words: [String] = []) -> OperationError {
    if let equals = word.firstIndex(of: "="), Help.options.contains(String(word[..<equals])) {
      return Help.takesNoValue(String(word[..<equals]), String(word[word.index(after: equals)...]))
    }
    let isFlag = word.hasPrefix("-") && word != "-"
    // No verb has a colon: it is an address or a URL then.
    if isFlag || word.utf8.contains(UInt8(ascii: ":"))
      || NearestName.find(word, among: allCases.map(\.rawValue)) == nil,
      let answer = Habit.answer(toCommandLine: words)
    {
      return .usage("'\(word)' is no verb: \(answer)")
    }
    if isFlag {
      let completions = "--generate-completion-script"
      if word == completions { return .usage("\(word) takes the name of a shell: bash, zsh or fish") }
      if let nearest = NearestName.find(word, among: ["--help", "--version", completions]) {
        return .usage("unknown option '\(word)': did you mean \(nearest)?")
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

  /// The words of a verb that goes to a peer.
  static var peerForms: String { "HOST PORT may also be HOST:PORT, [V6]:PORT, udp://HOST:PORT, unix:/PATH or fd:N." }

  /// The words of a verb that listens.
  static var localForms: String {
    "Without HOST, every interface is used; port 0 picks a free port. Also HOST:PORT, unix:/PATH or fd:N."
  }
}

/// Some of the verbs.
struct VerbSet: OptionSet {
  let rawValue: UInt32

  static let listen = VerbSet(rawValue: 1 << 0)
  static let connect = VerbSet(rawValue: 1 << 1)
  static let send = VerbSet(rawValue: 1 << 2)
  static let recv = VerbSet(rawValue: 1 << 3)
  static let udpSend = VerbSet(rawValue: 1 << 4)
  static let udpRecv = VerbSet(rawValue: 1 << 5)
  static let ping = VerbSet(rawValue: 1 << 6)
  static let bench = VerbSet(rawValue: 1 << 7)
  static let traceRoute = VerbSet(rawValue: 1 << 8)
  static let resolve = VerbSet(rawValue: 1 << 9)
  static let opts = VerbSet(rawValue: 1 << 10)
  static let families = VerbSet(rawValue: 1 << 11)
  static let shell = VerbSet(rawValue: 1 << 12)
  static let wait = VerbSet(rawValue: 1 << 13)
  static let relay = VerbSet(rawValue: 1 << 14)
  static let list = VerbSet(rawValue: 1 << 15)

  /// All of them.
  static let all = Verb.allCases.reduce(into: VerbSet()) { $0.formUnion($1.asSet) }
  /// Those that carry a session's data.
  static let sessions: VerbSet = [.listen, .connect, .send, .recv]
  /// Those for single datagrams.
  static let datagrams: VerbSet = [.udpSend, .udpRecv]
  /// Those that open a socket, report events about it, and carry what the user sends and receives.
  static let transfers: VerbSet = [.sessions, .datagrams]
  /// Those that go to a peer with something to say.
  static let clients: VerbSet = [.connect, .send, .udpSend]
  /// Those that read standard input and send it.
  static let senders: VerbSet = [.listen, .connect, .send]
  /// Those that find out about the way to a host.
  static let probes: VerbSet = [.ping, .traceRoute]

  func contains(_ verb: Verb) -> Bool { contains(verb.asSet) }
}

extension Verb {
  /// The set of this verb alone.
  var asSet: VerbSet {
    switch self {
    case .listen: .listen
    case .connect: .connect
    case .send: .send
    case .recv: .recv
    case .udpSend: .udpSend
    case .udpRecv: .udpRecv
    case .ping: .ping
    case .relay: .relay
    case .bench: .bench
    case .traceRoute: .traceRoute
    case .wait: .wait
    case .resolve: .resolve
    case .list: .list
    case .opts: .opts
    case .families: .families
    case .shell: .shell
    }
  }
}
