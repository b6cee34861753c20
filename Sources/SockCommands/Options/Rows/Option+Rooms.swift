import Operations
import Transfer

// Peers that talk to each other.
extension Option {
  static let rooms = [broker, chat, queue, slowPeer]

  /// Options without a use in a room.
  private static let useless = [
    "on-eof", "on-peer-eof", "send-only", "resume", "interactive", "wait", "bench", "exec",
    "shell-exec", "pty", "exec-direct", "datagram-size", "slow", "prefix",
  ]

  private static let withAnswers = AnswerKind.all.map { Exclusion.with($0.name, "the peers answer each other") }

  static let broker = Option(
    "broker", in: .room, of: .listen,
    "Pass on what each peer sends to all others",
    manual: """
      Pass on what each peer sends to all other peers, and to standard output.
      What comes from standard input goes to all peers.
      See
      .Sx ROOMS .
      """,
    excludes: [.useless(useless), .with("chat", "a chat is a broker of lines")] + withAnswers,
    sets: [.listen { request, _ in request.choice = .room(RoomOrder(.broker)) }])

  static let chat = Option(
    "chat", in: .room, of: .listen,
    "Let the peers chat, line by line and with names",
    manual: """
      Let the peers chat: what each sends goes to all others, and to standard output, line by line and under its name.
      Lines from standard input appear under the name
      .Ql server .
      See
      .Sx ROOMS .
      """,
    excludes: [.useless(useless + ["frame"])] + withAnswers,
    sets: [.listen { request, _ in request.choice = .room(RoomOrder(.chat)) }])

  static let queue = Option(
    "queue", nil, .required("BYTES"), in: .room, of: .listen,
    "With --broker or --chat: queue BYTES for each peer (default: 1M)",
    manual: """
      With
      .Fl -broker
      or
      .Fl -chat :
      queue at most about this much for a peer that reads slowly.
      The default is 1M.
      """)

  static let slowPeer = Option(
    "slow-peer", nil, .required("WHAT"), in: .room, of: .listen,
    "With them: drop (default), disconnect or wait for a peer that takes nothing",
    manual: """
      With
      .Fl -broker
      or
      .Fl -chat :
      what becomes of a peer whose queue is full and that takes nothing any more:
      .Cm drop ,
      the default, drops what there is no room for, with a warning, and keeps the connection;
      .Cm disconnect
      closes it;
      .Cm wait
      keeps everybody waiting until it reads, as
      .Xr ncat 1
      does.
      """,
    completion: .choices(of: MessageHub.Policy.self))
}
