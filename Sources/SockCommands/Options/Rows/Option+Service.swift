import Operations

// How a server behaves towards the system that runs it.
extension Option {
  static let serviceOptions = [workers, inetd, grace, pidFile, user, chroot]

  /// The verbs to which peers come.
  private static let servers: VerbSet = [.listen, .recv, .relay, .udpRecv]

  static let workers = Option(
    "workers", nil, .required("N"), in: .service, of: [.listen, .relay],
    "Serve with N processes, or auto: one a CPU (default: this one)",
    manual: """
      Serve with this many processes, or with
      .Cm auto ,
      one for each processor.
      The kernel shares the peers out among them
      .Pq Dv SO_REUSEPORT ;
      over Unix sockets and inherited ones, whichever is free takes the next.
      A process that crashes is replaced; signals reach all of them.
      They do not read standard input, limits hold for each of them, and the
      .Cm worker
      of a JSON event says which one it is about.
      By default one process serves.
      """,
    excludes: [
      .with("interactive", "the workers do not read standard input"), .with("inetd", "each would have the same socket"),
      .with("log", "several processes would write one log"), .with("log-hex", "several processes would write one log"),
      .with("resume", "a file is transferred by one process"), .with("once", "it serves one connection"),
      .with("send-only", "the workers do not read standard input"),
    ],
    sets: [.connection { options, use in options.service.workers = try use.workers() }])

  static let inetd = Option(
    "inetd", in: .service, of: servers,
    "Serve the socket that stdin is, as started by inetd",
    manual: """
      Serve the socket that standard input is, instead of one that is opened here: a connection, or a socket that listens, as from
      .Xr inetd 8
      or a unit with
      .Ql StandardInput=socket .
      Nothing but what is meant for the peer is written to it: where standard output and standard error are the same socket, they
      are
      .Pa /dev/null .
      """,
    excludes: [.with("interactive", "standard input is the socket")])

  static let grace = Option(
    "grace", nil, .required("SECS"), in: .service, of: [.listen, .relay],
    "At SIGTERM let connections go on for SECS (default: 5; 0: end at once)",
    manual: """
      At
      .Dv SIGTERM ,
      accept no more and let the connections that are there end by themselves, for at most this long; then close them.
      A second signal closes them at once.
      Programs that are still running then get
      .Dv SIGTERM ,
      and soon after
      .Dv SIGKILL .
      The default is 5 seconds, for a server of many; a single connection, and datagrams, end at once.
      See
      .Sx SERVICE
      in
      .Xr sock-listen 1 .
      """,
    variants: [
      Variant(
        .listen,
        manual: """
          With
          .Fl -keep-open ,
          at
          .Dv SIGTERM :
          accept no more and let the connections that are there end by themselves, for at most this long; then close them.
          A second signal closes them at once.
          Programs that are still running then get
          .Dv SIGTERM ,
          and soon after
          .Dv SIGKILL .
          The default is 5 seconds.
          A single connection, and datagrams, end at once.
          See
          .Sx SERVICE .
          """)
    ],
    sets: [.connection { options, use in options.service.grace = try use.duration() }])

  static let pidFile = Option(
    "pidfile", nil, .required("FILE"), in: .service, of: servers,
    "Write the process ID to FILE while the server runs",
    manual: """
      Write our process ID to this file once peers can come, and remove it at the end.
      A file that a server left behind when it was killed is replaced; one that names a running process, or holds anything
      but a number, is an error (73).
      """,
    completion: .file,
    sets: [.connection { options, use in options.service.pidFile = try use.file() }])

  static let user = Option(
    "user", nil, .required("USER"), in: .service, of: servers,
    "Once bound, become USER, a name or a number (needs root)",
    manual: """
      Once everything is bound and opened, and before the first peer is served, become this user, given by name or
      number, with the user's groups, or with that of
      .Fl -group .
      There is no way back.
      This needs root (77 otherwise); an unknown name is an error (64).
      See
      .Sx SERVICE
      in
      .Xr sock-listen 1
      for what is opened before.
      """,
    variants: [
      Variant(
        .listen,
        manual: """
          Once everything is bound and opened, and before the first peer is served, become this user, given by name or
          number, with the user's groups, or with that of
          .Fl -group .
          There is no way back.
          This needs root (77 otherwise); an unknown name is an error (64).
          See
          .Sx SERVICE
          for what is opened before.
          """)
    ],
    sets: [.connection { options, use in options.service.user = try use.word("a user, such as nobody") }])

  static let chroot = Option(
    "chroot", nil, .required("DIR"), in: .service, of: servers,
    "Once bound, take DIR for the root directory (needs root)",
    manual: """
      Once everything is bound and opened, take this directory for the root directory.
      Names are looked up and files are opened there from then on, and programs are started there.
      Give
      .Fl -user ,
      too: root can leave such a directory.
      """,
    completion: .file,
    sets: [.connection { options, use in options.service.root = try use.file() }])
}
