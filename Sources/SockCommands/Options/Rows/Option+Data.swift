import Operations
import Transfer

// What is sent and received, and what happens at its end.
extension Option {
  static let dataOptions = [
    sendOnly, recvOnly, onEOF, onPeerEOF, crlf, datagramSize, frame, bytes, skip, limitRate, resume, checksum,
  ]

  static let sendOnly = Option(
    "send-only", in: .data, of: [.listen, .connect], common: [.listen, .connect],
    "Send only, discarding what the peer sends",
    manual: "Discard what the peer sends, and exit once the peer has acknowledged everything.",
    excludes: [.with("recv-only", "without either, data flows both ways")],
    sets: [.connection { options, _ in options.direction = .sendOnly }])

  static let recvOnly = Option(
    "recv-only", in: .data, of: [.listen, .connect], common: [.listen, .connect],
    "Receive only, never reading standard input",
    manual: "Never read standard input.",
    sets: [.connection { options, _ in options.direction = .receiveOnly }])

  static let onEOF = Option(
    "on-eof", nil, .required("WHAT"), in: .data, of: .senders,
    "At the end of input: half-close (default), keep or close",
    manual: """
      What to do once standard input has ended and all of it has been sent:
      .Cm half-close ,
      the default, shuts down the sending half, so that the peer sees the end and can still answer;
      .Cm keep
      leaves the connection as it is;
      .Cm close
      closes it.
      """,
    variants: [
      Variant(
        .send, "After the message: half-close (default), keep or close",
        manual: """
          What to do once the message, or standard input, has been sent:
          .Cm half-close ,
          the default, shuts down the sending half, so that the peer sees the end and can still answer;
          .Cm keep
          leaves the connection as it is;
          .Cm close
          closes it.
          """)
    ],
    completion: .choices(of: ConnectionOptions.OnEOF.self),
    sets: [.connection { options, use in options.onEOF = try use.choice(of: ConnectionOptions.OnEOF.self) }])

  static let onPeerEOF = Option(
    "on-peer-eof", nil, .required("WHAT"), in: .data, of: [.listen, .connect],
    "When the peer ends: continue (default) or exit",
    manual: """
      What to do once the peer has shut down its sending half:
      .Cm continue ,
      the default, sends the rest of standard input, unless that is a terminal;
      .Cm exit
      exits at once.
      """,
    completion: .choices(of: ConnectionOptions.OnPeerEOF.self),
    sets: [.connection { options, use in options.onPeerEOF = try use.choice(of: ConnectionOptions.OnPeerEOF.self) }])

  static let crlf = Option(
    "crlf", in: .data, of: .senders, common: [.connect, .send],
    "Send each line feed as carriage return and line feed",
    manual: """
      Send each line feed of the input as carriage return and line feed.
      A line feed that already follows a carriage return is sent unchanged; what the peer sends is never changed.
      """,
    sets: [.connection { options, _ in options.crlf = true }])

  static let datagramSize = Option(
    "datagram-size", nil, .required("BYTES"), in: .data, of: .senders,
    "Put at most BYTES of input into a datagram (default: 65507)",
    manual: "The maximum number of bytes of input in one datagram, 1 to 65507, which is the default.",
    sets: [
      .connection { options, use in options.datagramSize = try use.number(in: 1...ConnectionOptions.largestDatagram) }
    ])

  static let frame = Option(
    "frame", nil, .required("read|line"), in: .data, of: .senders,
    "Make a datagram of each read (default) or each line",
    manual: """
      How the input is split into datagrams:
      .Cm read ,
      the default, makes each read of standard input one datagram;
      .Cm line
      makes each line one, including its line feed.
      """,
    completion: .choices(of: ConnectionOptions.Framing.self),
    sets: [.connection { options, use in options.framing = try use.choice(of: ConnectionOptions.Framing.self) }])

  static let bytes = Option(
    "bytes", nil, .required("SIZE"), in: .data, of: [.senders, .bench],
    "Send only the first SIZE bytes of the input (default: all)",
    manual: """
      Send only
      .Ar size
      bytes of standard input, as if it ended there; the rest is left for the next reader, as far as the kernel allows.
      Sizes may have a unit, such as
      .Cm 1.5M
      or
      .Cm 500KiB ;
      see
      .Sx Times and sizes
      in
      .Xr sock 1 .
      The default is all of it.
      """,
    variants: [
      Variant(
        .bench, "Stop after SIZE bytes on each stream (default: no limit)",
        manual: """
          Stop after
          .Ar size
          bytes on each stream, such as
          .Cm 1.5G
          or
          .Cm 500KiB
          (default: no limit).
          """)
    ],
    sets: [.connection { options, use in options.byteLimit = try use.number(in: 0 ... .max) }])

  static let skip = Option(
    "skip", nil, .required("SIZE"), in: .data, of: .senders,
    "Skip the first SIZE bytes of the input (default: 0)",
    manual: """
      Skip the first
      .Ar size
      bytes of standard input.
      In a regular file this is a seek, with a warning if the file is shorter; other input is read and discarded.
      By default nothing is skipped: 0.
      """,
    sets: [.connection { options, use in options.skip = try use.number(in: 0 ... .max) }])

  static let limitRate = Option(
    "limit-rate", nil, .required("RATE"), in: .data, of: [.sessions, .bench],
    "Limit bytes per second: 1M for each direction, or send=1M,recv=500k (default: no limit)",
    manual: """
      Limit the bytes per second of each connection in each direction, such as
      .Cm 500k
      or
      .Cm 2M
      .Pq units of 1024 : k, M, G, T, in any case, as in 1.5M or 500KiB .
      .Cm send= Ns Ar rate
      and
      .Cm recv= Ns Ar rate ,
      or both separated by a comma, limit one direction.
      By default there is no limit.
      Bytes count as they travel over the connection, after
      .Fl -crlf .
      Datagrams that arrive faster than the limit wait in the receive buffer of the socket; UDP drops those that do not
      fit.
      """,
    variants: [
      Variant(
        .bench, "Send datagrams at RATE bytes per second on each stream (default: 1M)",
        manual: "Bytes per second of datagrams on each stream (default: 1M).")
    ],
    sets: [.connection { options, use in (options.sendRate, options.receiveRate) = try use.rates() }])

  static let resume = Option(
    "resume", in: .data, of: .sessions, common: .recv,
    "Resume an earlier transfer of the same file; both ends need it",
    manual: """
      With
      .Fl -send-only
      or
      .Fl -recv-only :
      resume an earlier transfer of the same file, with a peer that is a
      .Nm sock
      with
      .Fl -resume
      too; see
      .Sx RESUMED TRANSFERS
      in
      .Xr sock 1 .
      """,
    variants: [
      Variant(
        .recv,
        manual: """
          Resume an earlier transfer of the same file: what standard output already holds is not sent again.
          Standard output must be a regular file, as with
          .Ql >>file ,
          and the sender a
          .Nm sock
          with
          .Fl -resume
          too.
          With
          .Fl -checksum ,
          the checksum of what standard output already holds is computed before
          .Nm
          listens; see
          .Sx RESUMED TRANSFERS
          in
          .Xr sock 1 .
          """),
      Variant(
        .send,
        manual: """
          Resume an earlier transfer of the same file: what the receiver's file already holds is not sent again.
          Standard input must be a regular file, and the receiver a
          .Nm sock
          with
          .Fl -resume
          too, which is waited for as long as
          .Fl -timeout
          says; see
          .Sx RESUMED TRANSFERS
          in
          .Xr sock 1 .
          """),
    ],
    excludes: [
      .with("keep-open", "a file is for one peer"), .with("count", "a file is of one peer"),
      .with("crlf", "the sizes of the files have to agree"), .with("interactive", "what is typed is no file"),
      .with("zero", "nothing is sent while a port is probed"),
    ],
    sets: [.connection { options, _ in options.resumes = true }])

  static let checksum = Option(
    "checksum", nil, .required("ALGORITHM"), in: .data, of: [.sessions, .udpRecv], common: [.send, .recv],
    "Report a checksum of each direction, such as sha256 (default: none)",
    manual: """
      Report a checksum of the bytes of each direction when the connection ends, or for datagrams when the run ends:
      .Dl sock: sha256 of 3000000 bytes sent to 127.0.0.1:1100: 0750...
      .Ar algorithm
      is
      .Cm md5 , sha1 , sha224 , sha256 , sha384 , sha512 , sha3-256 , sha3-512 , blake2b
      or
      .Cm blake2s ;
      the checksums are those of
      .Xr sha256sum 1
      and its relatives.
      They cover the bytes as they travel over the connection, even if it breaks: sent bytes that the kernel accepted,
      after
      .Fl -crlf
      and other changes, and received bytes that were written out.
      OpenSSL's libcrypto computes them, or the kernel if that is not installed; the exit status is 78 if neither can.
      By default there is no checksum.
      """,
    variants: [
      Variant(
        [.recv, .udpRecv], "Report a checksum of what was received, such as sha256 (default: none)",
        manual: """
          Report a checksum of the bytes received, when the connection ends, or for datagrams when the run ends:
          .Dl sock: sha256 of 3000000 bytes received from 127.0.0.1:1100: 0750...
          .Ar algorithm
          is
          .Cm md5 , sha1 , sha224 , sha256 , sha384 , sha512 , sha3-256 , sha3-512 , blake2b
          or
          .Cm blake2s ;
          the checksums are those of
          .Xr sha256sum 1
          and its relatives.
          They cover what was received and written out, even if the connection breaks.
          OpenSSL's libcrypto computes them, or the kernel if that is not installed; the exit status is 78 if neither
          can.
          By default there is no checksum.
          """)
    ],
    completion: .choices(of: DigestAlgorithm.self),
    sets: [.connection { options, use in options.checksum = try use.digestAlgorithm() }])
}
