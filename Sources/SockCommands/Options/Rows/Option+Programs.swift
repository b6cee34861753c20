import Operations

// Running a program for a peer.
extension Option {
  static let programOptions = [exec, shellExec, pty, execDirect]

  /// Options about our standard input and output, which a program takes the place of.
  private static let ofStandardStreams = [
    "on-eof", "on-peer-eof", "crlf", "datagram-size", "frame", "skip", "bytes", "send-only", "recv-only", "resume",
    "interactive", "wait", "line-delay", "peer-timeout", "bench", "zero", "udp", "broadcast", "from",
    "ignore-refused",
  ]

  static let exec = Option(
    "exec", nil, .required("COMMAND"), in: .program, of: [.listen, .connect], common: .listen,
    "Run COMMAND, without a shell, with the peer as its stdin and stdout",
    manual: """
      Run
      .Ar command
      for the peer, with
      .Fl -keep-open
      for each peer: what the peer sends is its standard input, and what it writes to its standard output goes to the
      peer.
      It is split into words as by a shell, with quotes and backslashes, but no shell is run.
      See
      .Sx PROGRAMS .
      """,
    completion: .command,
    excludes: [.with("shell-exec", "only one program is run for a peer"), .useless(ofStandardStreams)],
    sets: [
      .connection { options, use in
        let text = try use.bytes()
        do throws(OperationError) {
          options.program = try PeerProgram(command: text, name: "'\(use.text ?? "")'")
        } catch {
          throw OperationError(.usage, "\(use): \(error.message)")
        }
      }
    ])

  static let shellExec = Option(
    "shell-exec", nil, .required("STRING"), in: .program, of: [.listen, .connect],
    "The same as --exec with sh -c STRING",
    manual: """
      The same as
      .Fl -exec
      with
      .Ql /bin/sh -c Ar string .
      """,
    excludes: [.useless(ofStandardStreams)],
    sets: [
      .connection { options, use in options.program = PeerProgram(shell: try use.bytes(), name: "'\(use.text ?? "")'") }
    ])

  static let pty = Option(
    "pty", in: .program, of: [.listen, .connect],
    "Run the program on a terminal of its own (default: two pipes)",
    manual: """
      Run the program of
      .Fl -exec
      or
      .Fl -shell-exec
      on a terminal of its own, which is its standard error, too.
      By default it has two pipes.
      """,
    excludes: [.with("exec-direct", "the program has either a terminal or the socket")],
    sets: [.connection { options, _ in options.programManner = .terminal }])

  static let execDirect = Option(
    "exec-direct", in: .program, of: [.listen, .connect],
    "Give the program the socket itself as its stdin and stdout",
    manual: """
      Give the program of
      .Fl -exec
      or
      .Fl -shell-exec
      the socket itself as its standard input and output, as
      .Xr inetd 8
      does.
      .Nm
      then neither sees nor counts the bytes, so that options that concern them are refused, as is TLS.
      """,
    excludes: [
      .useless([
        "idle", "hex", "log", "log-hex", "progress", "checksum", "limit-rate", "tls",
      ])
    ],
    sets: [.connection { options, _ in options.programManner = .socket }])
}
