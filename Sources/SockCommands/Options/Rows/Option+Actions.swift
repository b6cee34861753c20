import Operations
import Transfer

// What a verb does.
extension Option {
  static let actions = [zero, closed, keepOpen, benchServer, interactive, noReply, reply, echo, count, legacy]

  static let zero = Option(
    "zero", "z", in: .action, of: .connect, common: .connect,
    "Report whether ports are open, and exit; send nothing",
    manual: """
      Connect, report what was found and exit, without sending anything or reading standard input.
      .Ar port
      may be a list of ports and ranges,
      .Cm 20-25,http,8000-8010 :
      all of them are tried at the same time, and reported in the order of the list.
      A socket that happens to connect to itself has found nothing.
      See
      .Sx CHECKING PORTS .
      """,
    sets: [.connect { request, _ in request.probe = true }])

  static let closed = Option(
    "closed", in: .action, of: .wait, common: .wait,
    "Wait until nothing answers any more (default: until all answer)",
    manual: """
      Wait until none of the endpoints answers any more: each has refused a connection, been unreachable, or not answered
      within the time of
      .Fl -timeout .
      By default
      .Nm sock wait
      waits until all of them answer.
      """,
    sets: [.wait { request, _ in request.untilClosed = true }])

  static let keepOpen = Option(
    "keep-open", "k", in: .action, of: .listen, common: .listen,
    "Serve many peers at once (default: the first peer only)",
    manual: """
      Serve many peers at the same time, until a signal ends the run.
      By default only the first peer is served.
      """,
    sets: [.listen { request, _ in request.keepOpen = true }])

  static let benchServer = Option(
    "bench", in: .action, of: .listen,
    "Serve sock bench clients until interrupted",
    manual: """
      Serve
      .Xr sock-bench 1
      clients, many at the same time, until a signal ends the run.
      The server sends and receives for as long as a client asks, an hour at most.
      Standard input and output are not used, and options that apply to them are refused.
      """,
    excludes: [
      .useless([
        "on-eof", "crlf", "datagram-size", "frame", "bytes", "skip", "limit-rate", "on-peer-eof", "send-only",
        "recv-only", "progress", "resume", "checksum", "interactive", "sctp-stream", "sctp-ppid", "idle", "keep-open",
        "peer-timeout", "wait", "line-delay", "hex", "log", "log-hex",
      ])
    ])

  static let interactive = Option(
    "interactive", "I", in: .action, of: [.listen, .connect], common: [.listen, .connect],
    "Edit lines on a terminal, with history; ~? lists the escapes",
    manual: """
      Edit lines on a terminal, with history, while what the peer sends appears above the line being typed; see
      .Sx CONVERSATIONS .
      """,
    excludes: [
      .with("zero", "a probe sends no data"), .with("recv-only", "leave one of them out"),
      .with("keep-open", "a conversation has one peer"), .with("hex", "write the dump to a file, with --log-hex"),
    ],
    sets: [.connection { options, _ in options.console = { () throws(OperationError) in try Terminal.open() } }])

  static let noReply = Option(
    "no-reply", in: .action, of: .send, common: .send,
    "Exit once the peer has acknowledged the message",
    manual: """
      Exit once the message has been sent and the peer has acknowledged it.
      The acknowledgement comes from the peer's kernel.
      Whether the peer's program has read the message is known only once it closes the connection, which is what
      .Nm
      waits for by default, printing the reply.
      """,
    sets: [.connection { options, _ in options.direction = .sendOnly }])

  static let reply = Option(
    "reply", nil, .optionalNumber("N"), in: .action, of: .udpSend, common: .udpSend,
    "Wait for N answers and print them (default: none; --reply alone: 1)",
    manual: """
      Wait for
      .Ar n
      answers, 1 if no number is given, and write them to standard output.
      The default is not to wait.
      Answers to a datagram sent to a multicast group, or with
      .Fl -broadcast ,
      are accepted from any address, which
      .Fl v
      shows.
      """,
    sets: [.datagramSend { request, use in request.replies = try use.number(in: 1 ... .max, or: 1) }])

  static let echo = Option(
    "echo", in: .action, of: .udpRecv, common: .udpRecv,
    "Send each datagram back",
    manual: """
      Send each datagram back to its sender, from the address it was sent to.
      A datagram sent to a multicast or broadcast address is answered from the address that the routing table chooses.
      """,
    sets: [.datagramReceive { request, _ in request.echo = true }])

  static let count = Option(
    "count", "c", .required("N"), in: .action, of: [.recv, .udpRecv, .ping, .bench],
    common: [.recv, .udpRecv, .ping, .bench],
    "Exit after N connections (default: 1) or datagrams (default: no limit)",
    manual: """
      Exit after
      .Ar n
      connections, one after the other, or after
      .Ar n
      datagrams.
      A failed connection is reported and counted; the exit status is that of the last failure.
      The default is 1 connection, and no limit on datagrams.
      """,
    variants: [
      Variant(
        .udpRecv, "Exit after N datagrams (default: no limit)",
        manual: """
          Exit after
          .Ar n
          datagrams.
          By default there is no limit.
          """),
      Variant(
        .ping, "Exit after N probes (default: no limit)",
        manual: """
          Exit after
          .Ar n
          probes, once the last one has been answered or has timed out.
          By default there is no limit.
          """),
      Variant(
        .bench, "Stop after N rounds, connections or datagrams on each stream (default: no limit)",
        manual: """
          Stop after
          .Ar n
          rounds, connections or datagrams on each stream.
          By default there is no limit.
          """),
    ],
    sets: [
      .listen { request, use in request.count = try use.number(in: 1 ... .max) },
      .datagramReceive { request, use in request.count = try use.number(in: 1 ... .max) },
      .ping { request, use in request.count = try use.number(in: 1 ... .max) },
    ])

  static let legacy = Option(
    "legacy", in: .action, of: .resolve, common: .resolve,
    "Use gethostbyname(3) and gethostbyaddr(3)",
    manual: """
      Use
      .Xr gethostbyname 3
      and
      .Xr gethostbyaddr 3
      instead of
      .Xr getaddrinfo 3
      and
      .Xr getnameinfo 3 ,
      to see what old programs see.
      """,
    sets: [.resolve { request, _ in request.legacy = true }])
}
