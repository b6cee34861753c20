import Sockets

extension AnswerKind {
  /// Every answer, in the order in which help and the manual show them.
  package static let all: [AnswerKind] = [
    echo, discard, chargen, daytime, time, qotd, reply, httpFile, stall, reset, drop,
  ]

  private static let echo = AnswerKind(
    "echo", "Send back what each peer sends (RFC 862)",
    manual: """
      Send back to each peer what it sends, byte for byte and datagram for datagram (RFC 862).
      A peer that shuts down its sending half gets the rest, then the end.
      """,
    answersDatagrams: true
  ) { (_) throws(OperationError) in EchoAnswer() }

  package static let discard = AnswerKind(
    "discard", "Discard what each peer sends (RFC 863)",
    manual: "Discard what each peer sends, until it ends (RFC 863).",
    answersDatagrams: true
  ) { (_) throws(OperationError) in DiscardAnswer() }

  private static let chargen = AnswerKind(
    "chargen", "Send each peer lines of characters without end (RFC 864)",
    manual: """
      Send each peer lines of printing characters until it closes the connection, and discard what it sends (RFC 864).
      A datagram is answered with up to 512 of them, at random.
      """,
    answersDatagrams: true
  ) { (_) throws(OperationError) in ChargenAnswer() }

  private static let daytime = AnswerKind(
    "daytime", "Send each peer the time of day, as a line of text (RFC 867)",
    manual: """
      Send each peer the date and time here as a line of text, in the time zone of the environment, then close (RFC 867):
      .Ql Monday, November 30, 2026 14:16:46-UTC .
      """,
    answersDatagrams: true
  ) { (_) throws(OperationError) in ClockAnswer(.line) }

  private static let time = AnswerKind(
    "time", "Send each peer the seconds since 1900, in 4 bytes (RFC 868)",
    manual: """
      Send each peer the seconds since 1900 as a number of 32 bits in network byte order, then close (RFC 868).
      It begins anew in 2036.
      """,
    answersDatagrams: true
  ) { (_) throws(OperationError) in ClockAnswer(.number) }

  private static let qotd = AnswerKind(
    "qotd", "Send each peer one of the quotes in FILE (RFC 865)", value: .required("FILE", isFile: true),
    manual: """
      Send each peer one of the quotes in the file, at random, then close (RFC 865).
      Lines of a single
      .Ql %
      separate the quotes, as in files of
      .Xr fortune 6 ;
      without any, the whole file is one.
      It is read once, at the start.
      Over datagrams, quotes of more than 512 bytes are left out.
      """,
    answersDatagrams: true
  ) { (value) throws(OperationError) in QuoteAnswer(try value.file()) }

  private static let reply = AnswerKind(
    "reply", "Send each peer TEXT, or the contents of FILE, then close", value: .required("TEXT|@FILE", isFile: false),
    manual: """
      Send each peer the text, byte for byte, or behind a
      .Ql @
      the contents of a file; then close.
      What the peer sends is discarded.
      A peer that does not close is given a second of silence, so that what it says late cannot destroy the answer.
      A regular file is opened anew for each peer; anything else is read once, at the start.
      """,
    answersDatagrams: true
  ) { (value) throws(OperationError) in try TextAnswer(value) }

  private static let httpFile = AnswerKind(
    "http-file", "Answer every HTTP request with FILE", value: .required("FILE", isFile: true),
    manual: """
      Answer every HTTP request, whatever its method and path, with the file, which must be a regular one.
      It is opened anew for each request, and may be of any size.
      The type is that of its suffix.
      .Ql HEAD
      gets the header fields alone.
      A connection is kept open for further requests as HTTP/1.1 has it, for
      .Fl -peer-timeout
      without one, and ranges are ignored.
      The head of a request may have 64 KiB; its body is discarded.
      """
  ) { (value) throws(OperationError) in HTTPFileAnswer(try value.file()) }

  private static let stall = AnswerKind(
    "stall", "Accept, and neither read nor send anything",
    manual: """
      Accept connections, and neither read from them nor send anything, to test the time limits of clients.
      A connection whose peer has shut down its sending half is closed after
      .Fl -peer-timeout ,
      or earlier where descriptors run short or more than 1000 wait.
      """
  ) { (_) throws(OperationError) in StallAnswer() }

  private static let reset = AnswerKind(
    "reset", "Reset each connection at once",
    manual: """
      Accept connections, and reset each at once, to test how clients take it.
      Over Unix sockets, which have no resets, it is closed.
      """
  ) { (_) throws(OperationError) in ResetAnswer() }

  private static let drop = AnswerKind(
    "drop", "Close each connection once N bytes have been read", value: .required("N", isFile: false),
    manual: """
      Read this many bytes from each peer, and then close the connection without a word, as a server that crashes.
      If the peer has sent more, that makes a reset of it.
      """
  ) { (value) throws(OperationError) in
    guard let count = try? Int(parsingSize: value.text), count >= 0 else {
      throw OperationError(
        .usage, "\(value.option) '\(value.text)' is not a number of bytes: write 0 or more, such as 1k")
    }
    return DiscardAnswer(limit: count)
  }
}
