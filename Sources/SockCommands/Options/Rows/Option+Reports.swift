import Operations

// What a run reports, and where.
extension Option {
  static let reports = [verbose, quiet, json, hex, log, logHex, progress, trace, writeOut]

  static let verbose = Option(
    "verbose", "v", in: .report, of: [.transfers, .relay, .wait, .list], common: [.transfers, .relay, .wait, .list],
    "Report events on standard error",
    manual: """
      Report events on standard error, one line each; see
      .Sx EVENTS
      in
      .Xr sock 1 .
      """,
    variants: [
      Variant(
        .list, "Show all that the kernel tells of each socket",
        manual: """
          Below each socket, show everything else that the kernel tells of it: timers, memory, options, and for TCP the
          congestion control and the values of
          .Dv TCP_INFO .
          """)
    ])

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
    "json", in: .report, of: [.transfers, .relay, .wait, .probes, .bench, .resolve, .list, .opts, .families],
    common: [.transfers, .relay, .wait, .probes, .bench, .resolve, .list, .opts, .families],
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
        .list, "Print JSON, one object per line",
        manual: """
          Print the sockets on standard output as JSON, one object per line; see
          .Sx JSON OUTPUT .
          """),
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

extension Option {
  static let writeOut = Option(
    "write-out", "E", .required("FORMAT"), in: .report, of: .sessions,
    "At the end, write FORMAT with its %{variables} to standard error",
    manual: """
      At the end, write
      .Ar format
      to standard error.
      .Li \\en , \\er , \\et
      and
      .Li \\e\\e
      stand for control characters and the backslash,
      .Li %%
      for a percent sign, and these for what is known of the connection:
      .Bl -tag -width Ds
      .It Li %{time_resolve} , %{time_connect} , %{time_first_byte} , %{time_total}
      The seconds from the start until the name was resolved, the connection was there, the first byte of data came, and
      the end; 0 if it never came to that.
      .It Li %{bytes_sent} , %{bytes_received}
      The bytes of data.
      .It Li %{local} , %{peer} , %{transport}
      The addresses of the two ends, and the transport.
      .It Li %{tcp_rtt} , %{tcp_retransmits}
      The smoothed round-trip time of TCP in seconds, and how many segments were sent again, towards the end of the
      connection.
      .It Li %{exit_cause} , %{exit_status} , %{errno}
      Why it ended:
      .Cm success
      or the cause of the failure, such as
      .Cm unreachable , timed-out
      or
      .Cm connection-lost ;
      the exit status; and the name of the error, if there was one.
      .El
      """,
    excludes: [.with("keep-open", "it tells of one connection: use --json for each of many")])

  static let trace = Option(
    "trace", nil, .optionalAttached("FORM"), in: .report, of: .all, common: .shell,
    "Show each system call on standard error, as text or json",
    manual: """
      Show each system call on standard error as it returns, in the notation of
      .Xr strace 1 :
      arguments by their C names, addresses and socket options decoded, the first 32 bytes of data, the result, the time
      it took, and the likely cause of a failure.
      With
      .Cm json ,
      the default with
      .Fl -json ,
      it is an object per line; see
      .Sx TRACE
      in
      .Xr sock 1 .
      """,
    variants: [
      Variant(
        .shell, "Show the system calls of each call, as text or json",
        manual: """
          Show the system calls that each call makes on standard error as they return, from the first line on, as
          .Cm trace
          .Cm on
          does in a script.
          With
          .Cm json ,
          it is an object per line; see
          .Sx TRACE
          in
          .Xr sock 1 .
          """)
    ],
    completion: .choices(of: CallTrace.Form.self),
    excludes: [.with("interactive", "both write to the terminal at once: use -v, or leave one of them out")])
}

/// When `--progress` shows anything.
enum ProgressChoice: String, CaseIterable {
  case auto, always, never
}
