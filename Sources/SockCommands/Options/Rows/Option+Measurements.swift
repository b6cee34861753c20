import Operations

// What bench, ping and trace-route measure.
extension Option {
  static let measurements = [
    work, against, streams, time, interval, size, maxHops, firstHop, probes, numeric,
  ]

  static let work = Option(
    "work", nil, .required("WORK"), in: .measurement, of: .bench, common: .bench,
    "Measure upload (default), download, both, latency, connects or datagrams",
    manual: """
      Measure one of these; the default is
      .Cm upload :
      .Bl -tag -width Ds
      .It Cm upload
      Bytes to the server, as fast as it accepts them.
      The time is taken by the server, from the first byte that arrived to the last.
      .It Cm download
      Bytes from the server.
      .It Cm both
      Both at the same time, on the same connections.
      What an echo service sends back is compared with what was sent.
      .It Cm latency
      A message there and back, over and over: the round-trip times and their percentiles, accurate to 0.1 %.
      Each round begins when the previous one has ended, so the times are those of an unloaded system.
      .It Cm connects
      Connections that are made and reset, one after the other, each with the given options and source address.
      They are reset because an orderly close leaves the port in TIME_WAIT, and the ports would soon run out.
      .It Cm datagrams
      Numbered UDP datagrams at a steady rate, to a port that the server opens beside the connection: how many were lost,
      reordered or duplicated, and the jitter as defined in RFC 3550.
      If the requested rate cannot be reached, both it and the actual rate are shown.
      Once no datagram has arrived for 300 ms, those still missing count as lost.
      .El
      """,
    completion: .choices(of: BenchRequest.Work.self),
    sets: [.bench { request, use in request.work = try use.choice(of: BenchRequest.Work.self) }])

  static let against = Option(
    "against", nil, .required("SERVICE"), in: .measurement, of: .bench, common: .bench,
    "Use another service: bench (default), echo, discard or chargen",
    manual: """
      Use this service at the other end:
      .Cm bench ,
      the default, for any work;
      .Cm echo
      for both, latency and connects;
      .Cm discard
      for upload and connects; or
      .Cm chargen
      for download and connects.
      """,
    completion: .choices(of: BenchRequest.Server.self),
    sets: [.bench { request, use in request.server = try use.choice(of: BenchRequest.Server.self) }])

  static let streams = Option(
    "streams", nil, .required("N"), in: .measurement, of: .bench, common: .bench,
    "Use N connections at the same time, 1 to 128 (default: 1)",
    manual: """
      Use this many connections at the same time, 1 to 128.
      The default is 1.
      Connections that the server has no room for wait until others end.
      The result then says how many were served at the same time, and its rates are over the time during which at least
      one was being served.
      """,
    sets: [.bench { request, use in request.streams = try use.number(in: 1...BenchRequest.mostStreams) }])

  static let time = Option(
    "time", nil, .required("SECS"), in: .measurement, of: .bench, common: .bench,
    "Measure for SECS, 100ms to 1h (default: 10)",
    manual: """
      Measure for this long, 100 ms to 1 h.
      The default is 10 seconds.
      """,
    sets: [
      .bench { request, use in
        request.time = try use.duration()
        guard request.time >= .milliseconds(100), request.time <= BenchRequest.longest else {
          throw OperationError.usage("\(use) '\(use.text ?? "")' is out of range: 100ms to 1h")
        }
      }
    ])

  static let interval = Option(
    "interval", nil, .required("SECS"), in: .measurement, of: .ping, common: .ping,
    "Send a probe every SECS, 10ms or more (default: 1)",
    manual: """
      Send a probe every
      .Ar secs ,
      10 ms or more.
      The default is 1 second.
      """,
    sets: [
      .ping { request, use in
        request.interval = try use.duration()
        guard request.interval >= .milliseconds(10) else {
          throw OperationError.usage("\(use) '\(use.text ?? "")' is too short: 10 ms is the least")
        }
      }
    ])

  static let size = Option(
    "size", nil, .required("BYTES"), in: .measurement, of: [.probes, .bench], common: [.ping, .bench],
    "Send BYTES of data in each probe, 0 to 65507 (default: 56)",
    manual: """
      Send this many bytes of data in each probe, 0 to 65507.
      The default is 56.
      A TCP probe carries none.
      """,
    variants: [
      Variant(
        .traceRoute, "Send BYTES of data in each probe, 0 to 65507 (default: 32)",
        manual: """
          Send this many bytes of data in each probe, 0 to 65507.
          The default is 32.
          A TCP probe carries none.
          """),
      Variant(
        .bench, "Send BYTES in a message (default: 1), datagram (1400) or write (262144)",
        manual: """
          Send this many bytes in each message, datagram or write.
          The default is 1 for a message, 1400 for a datagram and 262144 for a write.
          """),
    ],
    sets: [.probe { target, use in target.size = try use.number(in: 0...65_507) }])

  static let maxHops = Option(
    "max-hops", "m", .required("N"), in: .measurement, of: .traceRoute, common: .traceRoute,
    "Stop after hop N, 1 to 255 (default: 30)",
    manual: """
      Stop after this hop, 1 to 255.
      The default is 30.
      """,
    sets: [.traceRoute { request, use in request.maxHops = try use.number(in: 1...255) }])

  static let firstHop = Option(
    "first-hop", "f", .required("N"), in: .measurement, of: .traceRoute, common: .traceRoute,
    "Start with hop N (default: 1)",
    manual: """
      Start with this hop.
      The default is 1.
      """,
    sets: [.traceRoute { request, use in request.firstHop = try use.number(in: 1...255) }])

  static let probes = Option(
    "probes", nil, .required("N"), in: .measurement, of: .traceRoute, common: .traceRoute,
    "Send N probes for each hop, 1 to 10 (default: 3)",
    manual: """
      Send this many probes for each hop, 1 to 10.
      The default is 3.
      """,
    sets: [.traceRoute { request, use in request.probes = try use.number(in: 1...10) }])

  static let numeric = Option(
    "numeric", "n", in: .measurement, of: .traceRoute, common: .traceRoute,
    "Print addresses only, without looking up names",
    manual: "Print addresses only, without looking up names.",
    sets: [.traceRoute { request, _ in request.isNumeric = true }])
}
