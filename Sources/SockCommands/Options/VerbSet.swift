/// Some of the verbs.
struct VerbSet: OptionSet {
  let rawValue: UInt16

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

  /// All of them.
  static let all = VerbSet(rawValue: .max)
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
    case .bench: .bench
    case .traceRoute: .traceRoute
    case .resolve: .resolve
    case .opts: .opts
    case .families: .families
    case .shell: .shell
    }
  }
}
