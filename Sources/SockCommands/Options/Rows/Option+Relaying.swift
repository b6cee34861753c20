import Operations
import Transfer

// What `sock relay` does with its two ends.
extension Option {
  static let relayOptions = [once, to, balance, connectEarly, passFDs]

  static let once = Option(
    "once", in: .action, of: .relay, common: .relay,
    "Serve one connection, then exit (default: any number)",
    manual: """
      Serve one connection and exit; the exit status is then that of the connection, or of the program that it was
      joined with.
      By default any number of connections are served at the same time, until a signal ends the run.
      """,
    sets: [.relay { request, _ in request.once = true }])

  static let to = Option(
    "to", nil, .required("RIGHT"), in: .action, of: .relay, common: .relay,
    "Add another RIGHT, of which each connection gets one; repeatable",
    manual: """
      Add another
      .Ar right ,
      of which each connection gets one; see
      .Fl -balance .
      May be repeated; the operand may then be left out.
      One that cannot be opened is left out for about a second, and twice as long after each further failure, up to a minute;
      the connection gets the next one.
      """,
    completion: .host, repeats: true)

  static let balance = Option(
    "balance", nil, .required("HOW"), in: .action, of: .relay,
    "Choose among several rights: round-robin (default), least, random …",
    manual: """
      How a connection gets one of several rights:
      .Cm round-robin ,
      the default, each in its turn;
      .Cm least ,
      the one with the fewest connections;
      .Cm random ;
      .Cm source ,
      by the address of the peer, so that it always gets the same one;
      .Cm failover ,
      the first that works, in the order given.
      """,
    completion: .choices(of: BalancePolicy.self),
    sets: [.relay { request, use in request.balance = try use.choice(of: BalancePolicy.self) }])

  static let connectEarly = Option(
    "connect-early", in: .action, of: .relay,
    "Keep a connection to RIGHT in reserve (default: connect when LEFT has come)",
    manual: """
      Connect to
      .Ar right
      before anybody comes, and keep one connection in reserve, so that nobody waits until a server far away, or its TLS, is
      ready.
      If the server closes it meanwhile, it is replaced when it is needed.
      By default
      .Ar right
      is connected to when somebody has come on the left, and has sent nothing yet.
      """,
    sets: [.relay { request, _ in request.connectsEarly = true }])

  static let passFDs = Option(
    "pass-fds", in: .action, of: .relay,
    "Pass on descriptors between Unix sockets (default: close them)",
    manual: """
      Pass on descriptors that come over a Unix socket to the Unix socket on the other side, together with the bytes that
      they came with.
      By default they are closed, with a warning.
      """,
    sets: [.relay { request, _ in request.passesDescriptors = true }])
}
