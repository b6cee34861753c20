import Operations

// What a run reports, and where.
extension Option {
  static let reports = [verbose, quiet, json, hex, log, logHex, progress]

  static let verbose = Option(
    "verbose", "v", in: .report, of: [.transfers, .relay, .wait], common: [.transfers, .relay, .wait],
    "Report events on standard error",
    manual: """
      Report events on standard error, one line each; see
      .Sx EVENTS
      in
      .Xr sock 1 .
      """)

  static let quiet = Option(
    "quiet", in: .report, of: [.transfers, .relay, .wait],
    "Report errors only, not warnings",
    manual: """
      Report errors only, not warnings.
      A port that was given as 0 is still shown, and so is the output of
      .Fl -progress
      and
      .Fl -checksum ,
      for verbs that have them.
      """,
    excludes: [.with("verbose", "leave one of them out")])

  static let json = Option(
    "json", in: .report, of: [.transfers, .relay, .wait, .probes, .bench, .resolve, .opts, .families],
    common: [.transfers, .relay, .wait, .probes, .bench, .resolve, .opts, .families],
    "Report events and errors as JSON on standard error",
    manual: """
      Report events and errors on standard error as JSON, one object per line; see
      .Sx EVENTS
      in
      .Xr sock 1 .
      """,
    variants: [
      Variant(
        .probes, "Print JSON, one object per line",
        manual: """
          Print JSON on standard output, one object per line; see
          .Sx JSON OUTPUT .
          """),
      Variant(
        .bench, "Print one JSON object",
        manual: """
          Print one JSON object, with times in seconds and rates in bytes per second, and show no progress.
          """),
      Variant(
        .resolve, "Print JSON, one object per line",
        manual: "Print the addresses on standard output as JSON, one object per line."),
      Variant(
        .opts, "Print JSON, one object per line",
        manual: """
          Print JSON on standard output, one object per line, with
          .Li name , level , number , kind , unit , types , settable , default
          and
          .Li meaning ;
          if a value was set, also with
          .Li asked
          and
          .Li got .
          """),
      Variant(
        .families, "Print JSON, one object per line",
        manual: """
          Print JSON on standard output, one object per line for each family, type and protocol:
          .Cm name ,
          .Cm number ,
          .Cm type ,
          .Cm protocol ,
          .Cm status
          .Pq opens, needs-privilege or not-supported ,
          and, where they apply,
          .Cm errno ,
          .Cm privilege
          and
          .Cm address .
          """),
    ])

  static let hex = Option(
    "hex", "x", in: .report, of: [.transfers, .relay], common: [.transfers, .relay],
    "Dump both directions in hex on standard error",
    manual: """
      Dump both directions on standard error: the time, direction and offset, the bytes in hex, and the characters.
      """,
    sets: [.connection { options, _ in options.hexDump = true }])

  static let log = Option(
    "log", nil, .required("FILE"), in: .report, of: [.transfers, .relay],
    "Also write the data of both directions to FILE",
    manual: """
      Also write the data of both directions to
      .Ar file ,
      unchanged.
      If it is a named pipe, nothing is sent or received before somebody opens it for reading.
      """,
    completion: .file,
    sets: [.connection { options, use in options.log = try use.file() }])

  static let logHex = Option(
    "log-hex", nil, .required("FILE"), in: .report, of: [.transfers, .relay],
    "Also write a hex dump of both directions to FILE",
    manual: """
      Also write a dump of both directions to
      .Ar file ,
      in the format of
      .Fl x .
      """,
    completion: .file,
    sets: [.connection { options, use in options.logHex = try use.file() }])

  static let progress = Option(
    "progress", nil, .optionalAttached("WHEN"), in: .report, of: [.sessions, .relay, .udpRecv], common: [.send, .recv],
    "Show progress: auto (on a terminal), always or never (default)",
    manual: """
      Show progress on standard error: the bytes transferred, their share of the total, bytes per second over the last
      few seconds, the time elapsed and the time left.
      The share and the time left are shown if the total is known: for a regular file, for a message, or with
      .Fl -bytes .
      With
      .Cm auto ,
      or without a value, this is a line that is redrawn on a terminal, and nothing if standard error is not a
      terminal; with
      .Cm always
      it is then a line every 5 seconds and at the end;
      with
      .Fl -json
      it is an event every second.
      By default nothing is shown, as with
      .Cm never .
      """,
    variants: [
      Variant(
        [.recv, .udpRecv],
        manual: """
          Show progress on standard error: the bytes received, bytes per second over the last few seconds, and the time
          elapsed.
          With
          .Cm auto ,
          or without a value, this is a line that is redrawn on a terminal, and nothing if standard error is not a
          terminal; with
          .Cm always
          it is then a line every 5 seconds and at the end;
          with
          .Fl -json
          it is an event every second.
          By default nothing is shown, as with
          .Cm never .
          """)
    ],
    completion: .choices(of: ProgressChoice.self),
    excludes: [
      .with("hex", "write the dump to a file, with --log-hex"),
      .with("interactive", "~s shows the bytes sent and received"),
    ],
    sets: [.connection { _, use in if use.text != nil { _ = try use.choice(of: ProgressChoice.self) } }])
}

/// When `--progress` shows anything.
enum ProgressChoice: String, CaseIterable {
  case auto, always, never
}
