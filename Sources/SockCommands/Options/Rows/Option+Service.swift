import Operations

// How a server behaves towards the system that runs it.
extension Option {
  static let serviceOptions = [grace, pidFile, user, chroot]

  /// The verbs to which peers come.
  private static let servers: VerbSet = [.listen, .recv, .relay, .udpRecv]

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
