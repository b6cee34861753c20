import Operations

// Time limits.
extension Option {
  static let timeLimits = [timeout, idle, wait, peerTimeout, deadline]

  static let timeout = Option(
    "timeout", "w", .required("SECS"), in: .time, of: [.connect, .send, .relay, .probes, .bench],
    common: [.connect, .send, .relay, .probes, .bench],
    "Wait SECS for each attempt to connect (default: 10; 0: no limit)",
    manual: """
      Wait at most this long for each attempt to connect.
      The default is 10 seconds;
      .Cm 0
      means no limit.
      If every attempt times out, the exit status is 75.
      """,
    variants: [
      Variant(
        .ping, "Wait SECS for each answer (default: 2)",
        manual: """
          Wait at most this long for each answer.
          The default is 2 seconds.
          An answer that arrives later is still shown and counted if the run has not ended.
          """),
      Variant(
        .traceRoute, "Wait SECS for each answer (default: 2)",
        manual: """
          Wait at most this long for each answer.
          The default is 2 seconds.
          """),
    ],
    sets: [
      .connection { options, use in options.connectTimeout = try use.limit() },
      .probe { target, use in
        target.timeout = try use.duration()
        if target.timeout == .zero { throw OperationError.usage("\(use) has to be more than 0") }
      },
    ])

  static let idle = Option(
    "idle", "i", .required("SECS"), in: .time, of: [.sessions, .relay, .udpRecv],
    common: [.listen, .recv, .relay, .udpRecv],
    "Close a connection after SECS without traffic (default: never)",
    manual: """
      Close a connection after this long without traffic in either direction; the exit status is 75.
      Each connection has a clock of its own, which stops while standard output has no room for what has arrived.
      By default an idle connection stays open.
      """,
    variants: [
      Variant(
        .udpRecv, "Exit after SECS without a datagram (default: never)",
        manual: """
          Exit after this long without a datagram; the exit status is 75.
          The clock stops while standard output has no room for what has arrived.
          By default there is no limit.
          """)
    ],
    sets: [.connection { options, use in options.idleTimeout = try use.limit() }])

  static let wait = Option(
    "wait", "q", .required("SECS"), in: .time, of: [.senders, .udpSend], common: [.connect, .udpSend],
    "Wait SECS after the end of input (default: no limit; datagrams: 1)",
    manual: """
      Once standard input has ended, wait at most this long for the peer, then exit with status 0.
      .Cm 0
      is allowed.
      The default is no limit on streams and 1 second on datagrams.
      """,
    variants: [
      Variant(
        .listen, "Wait SECS after the end of input (default: no limit)",
        manual: """
          Once standard input has ended, wait at most this long for the peer, then exit with status 0.
          .Cm 0
          is allowed.
          By default there is no limit.
          """),
      Variant(
        .udpSend, "With --reply: wait SECS for the answers (default: 1)",
        manual: """
          With
          .Fl -reply ,
          wait at most this long for the answers.
          If fewer arrive in time, the exit status is 75, or 69 if an ICMP error gives the reason.
          The default is 1 second.
          Without
          .Fl -reply ,
          this option is refused.
          """),
    ],
    sets: [.connection { options, use in options.wait = try use.duration() }])

  static let peerTimeout = Option(
    "peer-timeout", nil, .required("SECS"), in: .time, of: [.listen, .relay],
    "With -k: forget a silent or finished peer after SECS (default: 60)",
    manual: """
      With
      .Fl -keep-open
      over datagrams: forget a peer that has been silent for this long.
      With
      .Fl -keep-open
      over connections: close the connection of a peer that has shut down its sending half once nothing has been sent
      to it for this long.
      The default is 60 seconds.
      """,
    variants: [
      Variant(
        .relay, "Over datagrams: forget a silent peer after SECS (default: 60)",
        manual: """
          Over datagrams: forget a peer with which nothing has been exchanged for this long, and close its socket on the
          right.
          The default is 60 seconds.
          """)
    ],
    sets: [
      .listen { request, use in request.peerTimeout = try use.duration() },
      .relay { request, use in request.peerTimeout = try use.duration() },
    ])

  static let deadline = Option(
    "deadline", nil, .required("SECS"), in: .time, of: [.transfers, .relay, .probes, .bench],
    common: [.udpRecv, .bench],
    "Exit after SECS, finished or not (default: never)",
    manual: """
      Exit after this long, finished or not; the exit status is 75.
      By default there is no limit.
      """,
    variants: [
      Variant(
        .ping,
        manual: """
          End the run after this long and print the summary, as when
          .Fl -count
          is reached.
          By default there is no limit.
          """)
    ],
    sets: [
      .connection { options, use in options.deadline = try use.limit() },
      .ping { request, use in request.deadline = try use.limit() },
      .traceRoute { request, use in request.deadline = try use.limit() },
    ])
}
