import Operations

// Who may come in, and how many.
extension Option {
  static let accessOptions = [
    allow, deny, maxConns, maxConnsReject, maxPerHost, maxServed, maxLifetime,
  ]

  /// The options that limit connections, of which datagrams have none.
  static let connectionLimits = [maxConns, maxConnsReject, maxPerHost, maxServed, maxLifetime]

  static let allow = Option(
    "allow", nil, .required("PEERS"), in: .access, of: [.listen, .recv, .relay, .udpRecv],
    "Let in only PEERS: addresses, networks, names, unix, uid:, @FILE",
    manual: """
      Let in only these peers, and those of every other
      .Fl -allow :
      rules separated by commas, or
      .Cm @ Ns Ar file
      for a file of rules; see
      .Sx ACCESS
      in
      .Xr sock-listen 1 .
      By default everybody is let in.
      """,
    variants: [
      Variant(
        .listen,
        manual: """
          Let in only these peers, and those of every other
          .Fl -allow :
          rules separated by commas, or
          .Cm @ Ns Ar file
          for a file of rules; see
          .Sx ACCESS .
          By default everybody is let in.
          """)
    ],
    repeats: true,
    sets: [
      .connection { options, use in
        options.access = (options.access ?? AccessList()).adding(allow: try use.accessSources())
      }
    ])

  static let deny = Option(
    "deny", nil, .required("PEERS"), in: .access, of: [.listen, .recv, .relay, .udpRecv],
    "Keep out PEERS, even those that --allow names",
    manual: """
      Keep out these peers, even if
      .Fl -allow
      names them.
      They are written in the same way.
      With
      .Fl -deny
      alone all others are let in.
      """,
    repeats: true,
    sets: [
      .connection { options, use in
        options.access = (options.access ?? AccessList()).adding(deny: try use.accessSources())
      }
    ])

  static let maxConns = Option(
    "max-conns", nil, .required("N"), in: .access, of: [.listen, .relay],
    "Serve N connections at a time; others wait (default: any number)",
    manual: """
      Serve at most this many connections at the same time.
      Further ones wait in the kernel's queue until one has ended.
      A peer that has ended its half, and waits for what standard input or the other peers may still bring, gives up its place
      to one that wants it; of several, the one that has waited for longest.
      By default there is no limit.
      """,
    excludes: [.with("once", "it serves one connection")],
    sets: [.connection { options, use in options.admission.atOnce = try use.number(in: 1...Int.max) }])

  static let maxConnsReject = Option(
    "max-conns-reject", in: .access, of: [.listen, .relay],
    "With --max-conns: close one too many (default: it waits)",
    manual: """
      With
      .Fl -max-conns :
      close a connection that is one too many at once, without reading from it or sending to it.
      By default it waits.
      """,
    sets: [.connection { options, _ in options.admission.rejects = true }])

  static let maxPerHost = Option(
    "max-per-host", nil, .required("N"), in: .access, of: [.listen, .relay],
    "Serve N connections of each host at a time, and close others",
    manual: """
      Serve at most this many connections of one address at the same time; over Unix sockets, of one user.
      One too many is closed at once, without reading from it or sending to it.
      A peer of the same address that has ended its half gives up its place first, as with
      .Fl -max-conns .
      By default there is no limit.
      """,
    excludes: [.with("once", "it serves one connection")],
    sets: [.connection { options, use in options.admission.perHost = try use.number(in: 1...Int.max) }])

  static let maxServed = Option(
    "max-served", nil, .required("N"), in: .access, of: [.listen, .relay],
    "Exit once N connections have been served (default: never)",
    manual: """
      Accept this many connections in all, or where the server answers datagrams, answer this many, and exit with 0 once
      the last of them has ended.
      Later peers are refused.
      Peers that are not let in do not count.
      By default there is no limit.
      """,
    variants: [
      Variant(
        .relay,
        manual: """
          Accept this many connections in all, and exit with 0 once the last of them has ended.
          Later peers are refused.
          Peers that are not let in do not count.
          By default there is no limit.
          """)
    ],
    excludes: [.with("once", "it serves one connection")],
    sets: [.connection { options, use in options.admission.served = try use.number(in: 1...Int.max) }])

  static let maxLifetime = Option(
    "max-lifetime", nil, .required("SECS"), in: .access, of: [.listen, .recv, .relay],
    "Close a connection after SECS, busy or not (default: never)",
    manual: """
      Close a connection that has lasted this long, whatever goes on over it; this is an error of that connection, and the
      exit status is 75 if it was the only one.
      Over TLS the time starts after the handshake.
      By default there is no limit.
      """,
    sets: [.connection { options, use in options.admission.lifetime = try use.limit() }])
}
