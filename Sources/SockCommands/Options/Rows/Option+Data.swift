import Operations
import Transfer

// What is sent and received, and what happens when it ends.
extension Option {
  static let dataOptions = [
    sendOnly, recvOnly, onEOF, onPeerEOF, crlf, datagramSize, frame, ignoreRefused, bytes, skip, lines, until,
    limitRate,
    resume, checksum,
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
      Once standard input has ended and all of it has been sent:
      .Cm half-close ,
      the default, shuts down the sending half, so that the peer sees the end and can still answer;
      .Cm keep
      leaves the connection open in both directions;
      .Cm close
      closes it.
      """,
    variants: [
      Variant(
        .send, "After the message: half-close (default), keep or close",
        manual: """
          Once the message, or all of standard input, has been sent:
          .Cm half-close ,
          the default, shuts down the sending half, so that the peer sees the end and can still answer;
          .Cm keep
          leaves the connection open in both directions;
          .Cm close
          closes it.
          """)
    ],
    completion: .choices(of: ConnectionOptions.OnEOF.self),
    sets: [.connection { options, use in options.onEOF = try use.choice(of: ConnectionOptions.OnEOF.self) }])

  static let onPeerEOF = Option(
    "on-peer-eof", nil, .required("WHAT"), in: .data, of: [.listen, .connect],
    "When the peer stops sending: continue (default) or exit",
    manual: """
      Once the peer has shut down its sending half:
      .Cm continue ,
      the default, sends the rest of standard input, unless that is a terminal;
      .Cm exit
      exits at once.
      """,
    completion: .choices(of: ConnectionOptions.OnPeerEOF.self),
    sets: [.connection { options, use in options.onPeerEOF = try use.choice(of: ConnectionOptions.OnPeerEOF.self) }])

  static let crlf = Option(
    "crlf", in: .data, of: .senders, common: [.connect, .send],
    "Send each line feed as CR LF",
    manual: """
      Send each line feed of the input as a carriage return and a line feed.
      A line feed that already follows a carriage return is sent unchanged; what the peer sends is never changed.
      The added carriage returns count as bytes sent, also for
      .Fl -limit-rate
      and
      .Fl -checksum .
      """,
    sets: [.connection { options, _ in options.crlf = true }])

  static let datagramSize = Option(
    "datagram-size", nil, .required("BYTES"), in: .data, of: .senders,
    "Put at most BYTES of input into a datagram (default: 65507)",
    manual: """
      Put at most this many bytes of input into one datagram, 1 to 65507.
      The default is 65507.
      """,
    sets: [
      .connection { options, use in options.datagramSize = try use.number(in: 1...ConnectionOptions.largestDatagram) }
    ])

  static let frame = Option(
    "frame", nil, .required("read|line"), in: .data, of: [.senders, .relay], common: .relay,
    "Make a datagram of each read (default) or each line",
    manual: """
      Split the input into datagrams:
      .Cm read ,
      the default, makes each read of standard input one datagram;
      .Cm line
      makes each line one datagram, including its line feed.
      """,
    variants: [
      Variant(
        .relay, "Join messages with a stream of bytes: line, length, netstring, slip",
        manual: """
          How a stream of bytes holds the messages of the other side, which are datagrams, or those of a seqpacket, SCTP or DCCP
          socket; up to 65536 bytes each:
          .Cm line ,
          each ends with a line feed, which is added where it is missing, and taken off in the other direction; a message with
          several lines becomes several messages;
          .Cm length ,
          its length in front of each, as two bytes in network order, as DNS over TCP has it (RFC 1035), so up to 65535 bytes;
          .Cm netstring ,
          such as
          .Li 5:hello, ;
          .Cm slip ,
          between bytes 192, as on a serial line (RFC 1055), which has no empty messages.
          What is no frame is an error, with status 76, and ends the connection.
          .Pp
          Each peer that sends datagrams gets a
          .Ar right
          of its own.
          When that ends, or after
          .Fl -peer-timeout
          of silence, its next datagram begins anew.
          If a stream on the left ends, the datagrams of the other side are passed on until none has come for a second.
          .Pp
          Datagrams and a stream are joined only with this option.
          Without it, messages of a connection are passed on to a stream as bytes, and each piece that is read from the stream
          becomes a message.
          """,
        value: .required("HOW"), completion: .choices(of: FrameFormat.self))
    ],
    completion: .choices(of: ConnectionOptions.Framing.self),
    sets: [
      .connect { request, use in request.options.framing = try use.choice(of: ConnectionOptions.Framing.self) },
      .listen { request, use in request.options.framing = try use.choice(of: ConnectionOptions.Framing.self) },
      .relay { request, use in request.frame = try use.choice(of: FrameFormat.self) },
    ])

  static let bytes = Option(
    "bytes", nil, .required("SIZE"), in: .data, of: [.senders, .recv, .udpRecv, .bench], common: .recv,
    "Send only the first SIZE bytes of the input (default: all)",
    manual: """
      Send only the first
      .Ar size
      bytes of standard input, as if it ended there.
      The rest is left for the next reader, as far as the kernel allows.
      Sizes may have a unit, as in
      .Cm 1.5M
      or
      .Cm 500KiB ;
      see
      .Sx Times and sizes
      in
      .Xr sock 1 .
      By default all of the input is sent.
      """,
    variants: [
      Variant(
        [.recv, .udpRecv], "Exit after SIZE bytes (default: no limit)",
        manual: """
          Exit with status 0 once this many bytes have been received and written out; not one more is written.
          With
          .Fl -count ,
          this is for each connection.
          Of datagrams the payloads count, and the last one is cut if it has more.
          By default there is no limit.
          """),
      Variant(
        .bench, "Stop after SIZE bytes on each stream (default: no limit)",
        manual: """
          Stop after
          .Ar size
          bytes on each stream, such as
          .Cm 1.5G
          or
          .Cm 500KiB .
          By default there is no limit.
          """),
    ],
    sets: [.connection { options, use in options.byteLimit = try use.number(in: 0 ... .max) }])

  static let lines = Option(
    "lines", nil, .required("N"), in: .data, of: [.recv, .udpRecv], common: .recv,
    "Exit after N lines (default: no limit)",
    manual: """
      Exit with status 0 behind the
      .Ar n Ns th
      line feed received; nothing behind it is written.
      If the peer ends before that, so does the run, as usual.
      With
      .Fl -count ,
      this is for each connection.
      Datagrams are read as if their payloads were one stream.
      By default there is no limit.
      """,
    excludes: [.with("resume", "a file is received to its end")],
    sets: [.connection { options, use in options.received.lines = try use.number(in: 1 ... .max) }])

  static let until = Option(
    "until", nil, .required("TEXT"), in: .data, of: [.recv, .udpRecv],
    "Exit once TEXT has been received (default: never)",
    manual: """
      Exit with status 0 once
      .Ar text
      has been received, which is written out; nothing behind it is.
      Several reads, or datagrams, may bring it together.
      If the peer ends before that, so does the run, as usual.
      By default there is no such text.
      """,
    excludes: [.with("resume", "a file is received to its end")],
    sets: [.connection { options, use in options.received.text = try use.bytes() }])

  static let ignoreRefused = Option(
    "ignore-refused", in: .data, of: .clients,
    "UDP: go on although nobody receives the datagrams",
    manual: """
      Over UDP, go on when a datagram is refused because nothing listens on the port, as while a collector restarts.
      The datagram that such an error keeps from being sent is sent again; what was refused is lost, and a warning at the
      end counts the refusals.
      The exit status is then 0.
      By default a refusal is an error, status 69.
      """,
    excludes: [.with("zero", "a refusal is what a check looks for")],
    sets: [.connection { options, _ in options.ignoresRefusals = true }])

  static let skip = Option(
    "skip", nil, .required("SIZE"), in: .data, of: .senders,
    "Skip the first SIZE bytes of the input (default: 0)",
    manual: """
      Skip the first
      .Ar size
      bytes of standard input.
      On a regular file this is a seek, with a warning if the file is shorter; other input is read and discarded.
      The default is 0.
      """,
    sets: [.connection { options, use in options.skip = try use.number(in: 0 ... .max) }])

  static let limitRate = Option(
    "limit-rate", nil, .required("RATE"), in: .data, of: [.sessions, .relay, .bench],
    "Limit bytes per second, or send=1M,recv=500k (default: no limit)",
    manual: """
      Limit each connection to this many bytes per second in each direction, such as
      .Cm 500k
      or
      .Cm 1.5M
      .Pq units are powers of 1024 .
      .Cm send= Ns Ar rate
      or
      .Cm recv= Ns Ar rate
      limits one direction only; both may be given, separated by a comma.
      By default there is no limit.
      Datagrams that arrive faster than the limit wait in the socket's receive buffer; UDP drops those that do not fit.
      """,
    variants: [
      Variant(
        .bench, "Send datagrams at RATE bytes per second on each stream (default: 1M)",
        manual: """
          With
          .Fl -work Cm datagrams ,
          send this many bytes per second on each stream.
          The default is 1M.
          """),
      Variant(
        .relay,
        manual: """
          Limit each connection to this many bytes per second in each direction, such as
          .Cm 500k
          or
          .Cm 1.5M
          .Pq units are powers of 1024 .
          .Cm send= Ns Ar rate
          limits what goes to the right only, and
          .Cm recv= Ns Ar rate
          what goes to the left; both may be given, separated by a comma.
          By default there is no limit.
          """),
    ],
    sets: [.connection { options, use in (options.sendRate, options.receiveRate) = try use.rates() }])

  static let resume = Option(
    "resume", in: .data, of: .sessions, common: .recv,
    "Resume an interrupted transfer of the same file; both ends need it",
    manual: """
      With
      .Fl -send-only
      or
      .Fl -recv-only ,
      resume an interrupted transfer of the same file.
      The peer must be
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
          Resume an interrupted transfer of the same file: what standard output already holds is not sent again.
          Standard output must be a regular file, as with
          .Ql >>file ,
          and the sender must be
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
          Resume an interrupted transfer of the same file: what the receiver's file already holds is not sent again.
          Standard input must be a regular file, and the receiver must be
          .Nm sock
          with
          .Fl -resume
          too.
          The receiver's first line is awaited for the time given by
          .Fl -timeout ;
          see
          .Sx RESUMED TRANSFERS
          in
          .Xr sock 1 .
          """),
    ],
    excludes: [
      .with("keep-open", "a file is resumed with one peer"), .with("count", "a file is resumed with one peer"),
      .with("crlf", "it would change the size of the file"), .with("interactive", "only a file can be resumed"),
      .with("zero", "a probe sends no data"),
    ],
    sets: [.connection { options, _ in options.resumes = true }])

  static let checksum = Option(
    "checksum", nil, .required("ALGORITHM"), in: .data, of: [.sessions, .udpRecv], common: [.send, .recv],
    "Report a checksum of each direction: sha256, md5 … (default: none)",
    manual: """
      Report a checksum of the bytes sent and of the bytes received when the connection ends or, for datagrams, when the
      run ends:
      .Dl sock: sha256 of 3000000 bytes sent to 127.0.0.1:1100: 0750...
      .Ar algorithm
      is
      .Cm md5 , sha1 , sha224 , sha256 , sha384 , sha512 , sha3-256 , sha3-512 , blake2b
      or
      .Cm blake2s ;
      the checksums are those of
      .Xr sha256sum 1
      and its relatives.
      They cover the bytes that the kernel accepted for sending and the received bytes that were written out, even if
      the connection breaks.
      They are computed by OpenSSL's libcrypto or, if that is not installed, by the kernel; if neither can, the exit
      status is 78.
      By default there is no checksum.
      """,
    variants: [
      Variant(
        [.recv, .udpRecv], "Report a checksum of what was received: sha256, md5 … (default: none)",
        manual: """
          Report a checksum of the bytes received when the connection ends or, for datagrams, when the run ends:
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
          They are computed by OpenSSL's libcrypto or, if that is not installed, by the kernel; if neither can, the exit
          status is 78.
          By default there is no checksum.
          """)
    ],
    completion: .choices(of: DigestAlgorithm.self),
    sets: [.connection { options, use in options.checksum = try use.digestAlgorithm() }])
}
