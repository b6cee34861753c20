import Operations

// Time limits.
extension Option {
  static let timeLimits = [
    timeout, retry, retryDelay, waitFor, idle, quietFor, wait, lineDelay, peerTimeout, deadline,
  ]

  static let timeout = Option(
    "timeout", "w", .required("SECS"), in: .time, of: [.connect, .send, .relay, .wait, .probes, .bench],
    common: [.connect, .send, .relay, .wait, .probes, .bench],
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

  static let retry = Option(
    "retry", nil, .required("N"), in: .time, of: [.connect, .send, .relay], common: [.send, .relay],
    "Try again N times, or forever, if nothing answers (default: 0)",
    manual: """
      Try again up to
      .Ar n
      times, or
      .Cm forever ,
      if nothing answers: if the connection is refused, times out or is broken off before it is established, if the peer
      is unreachable or its Unix socket is missing, or if no name server answers.
      Names are looked up anew each time, and standard input is not read before there is a connection.
      A connection that breaks later is not opened again: the peer may have got a part of the data.
      .Fl v
      shows each retry.
      The default is 0.
      """,
    variants: [
      Variant(
        .relay, "Try again N times, or forever, to open an end (default: 0)",
        manual: """
          Try again up to
          .Ar n
          times, or
          .Cm forever ,
          if an end cannot be opened; the other side waits meanwhile.
          A
          .Ar left
          that is not listened on, and its
          .Ar right ,
          are also opened again when their connection fails, and if
          .Ar left
          is a serial line, a terminal, a named pipe or a tunnel, whenever it ends.
          The default is 0.
          """)
    ],
    completion: .suggestions { ["forever"] },
    excludes: [.with("zero", "sock wait tries again until something answers")],
    sets: [
      .connect { request, use in request.retry.count = try use.retries() },
      .relay { request, use in request.retry.count = try use.retries() },
    ])

  static let retryDelay = Option(
    "retry-delay", nil, .required("SECS"), in: .time, of: [.connect, .send, .relay],
    "Wait about SECS before the first retry, then longer (default: 1)",
    manual: """
      With
      .Fl -retry :
      wait about this long before the first retry, and each time twice as long as before, up to 30 seconds or the time
      given here.
      The waits vary by a quarter, so that many clients do not come back at the same moment.
      The default is 1 second.
      """,
    sets: [
      .connect { request, use in request.retry.delay = try use.duration() },
      .relay { request, use in request.retry.delay = try use.duration() },
    ])

  static let waitFor = Option(
    "for", nil, .required("SECS"), in: .time, of: .wait, common: .wait,
    "Give up after SECS (default: never)",
    manual: """
      Give up after this long, with status 75 and a line for each endpoint that has not answered.
      By default there is no limit.
      """,
    sets: [.wait { request, use in request.limit = try use.limit() }])

  static let quietFor = Option(
    "quiet-for", nil, .required("SECS"), in: .time, of: [.recv, .udpRecv],
    "Exit with 0 after SECS in which nothing arrived (default: never)",
    manual: """
      Once nothing has arrived for this long, end as if the peer had closed, with status 0.
      The clock starts when the peer connects, and stops while standard output has no room.
      For datagrams it starts with the first one.
      By default there is no limit.
      """,
    variants: [
      Variant(
        .udpRecv,
        manual: """
          Exit with status 0 once no datagram has arrived for this long since the last one.
          The clock starts with the first datagram, and stops while standard output has no room.
          By default there is no limit.
          """)
    ],
    sets: [.connection { options, use in options.received.quiet = try use.limit() }])

  static let lineDelay = Option(
    "line-delay", nil, .required("SECS"), in: .time, of: .senders,
    "Wait SECS between two lines of the input (default: 0)",
    manual: """
      Send the input line by line, and wait this long between two lines.
      Over datagrams each line is a datagram, as with
      .Fl -frame Cm line .
      A line that is still without its line feed is sent as far as it has been read.
      The default is 0.
      """,
    excludes: [.with("interactive", "lines are typed one by one anyway"), .with("resume", "a file is sent as it is")],
    sets: [.connection { options, use in options.lineDelay = try use.limit() }])

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
    "After input ends, wait SECS for more (default: no limit; datagrams: 1)",
    manual: """
      Once standard input has ended, exit with status 0 when nothing has come from the peer for this long: whatever
      comes starts the time anew.
      .Cm 0
      is allowed.
      The default is no limit on streams and 1 second on datagrams.
      .Fl -deadline
      limits the whole run.
      """,
    variants: [
      Variant(
        .listen, "After input ends, wait SECS for more (default: no limit)",
        manual: """
          Once standard input has ended, exit with status 0 when nothing has come from the peer for this long: whatever
          comes starts the time anew.
          .Cm 0
          is allowed.
          By default there is no limit.
          .Fl -deadline
          limits the whole run.
          """),
      Variant(
        .udpSend, "With --reply: wait SECS for each answer (default: 1)",
        manual: """
          With
          .Fl -reply ,
          wait at most this long for an answer, and for each further one after that.
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
      to it for this long; earlier, those that have waited for longest, where descriptors run short or more than 1000 wait.
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
    "deadline", nil, .required("SECS"), in: .time, of: [.transfers, .relay, .wait, .probes, .bench, .resolve, .list],
    common: [.udpRecv, .bench],
    "Exit after SECS, finished or not (default: never)",
    manual: """
      Exit after this long, finished or not and whatever the run is waiting for; the exit status is 75.
      If the process was stopped past the deadline, what had come in time is handled first.
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
          """),
      Variant(
        .list, "With --watch: exit after SECS (default: never)",
        manual: """
          With
          .Fl -watch ,
          exit with status 0 after this long.
          By default there is no limit.
          """),
    ],
    sets: [
      .connection { options, use in options.deadline = try use.limit() },
      .ping { request, use in request.deadline = try use.limit() },
      .traceRoute { request, use in request.deadline = try use.limit() },
      .resolve { request, use in request.deadline = try use.limit() },
      .list { request, use in request.deadline = try use.limit() },
    ])
}
