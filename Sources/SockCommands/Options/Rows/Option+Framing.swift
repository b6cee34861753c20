import Operations
import Transfer

// Where messages and lines begin and end.
extension Option {
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
        .listen, "Split by read (default) or line: input into datagrams, -k's output",
        manual: """
          Split the input into datagrams:
          .Cm read ,
          the default, makes each read of standard input one datagram;
          .Cm line
          makes each line one datagram, including its line feed.
          With
          .Fl -keep-open ,
          .Cm line
          also writes out what the peers send in whole lines, so that no line of one is torn by that of another; a last one
          gets the line feed that it lacks, and one of more than 64 KiB comes in pieces.
          """),
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
        value: .required("HOW"), completion: .choices(of: FrameFormat.self)),
    ],
    completion: .choices(of: ConnectionOptions.Framing.self),
    sets: [
      .connect { request, use in request.options.framing = try use.choice(of: ConnectionOptions.Framing.self) },
      .listen { request, use in request.options.framing = try use.choice(of: ConnectionOptions.Framing.self) },
      .relay { request, use in request.frame = try use.choice(of: FrameFormat.self) },
    ])

  static let prefix = Option(
    "prefix", in: .data, of: .listen,
    "With -k: write out whole lines, each behind its peer's address",
    manual: """
      With
      .Fl -keep-open ,
      write out what the peers send in whole lines, as
      .Fl -frame Cm line
      does, and begin each with the address of its peer, a colon and a blank.
      A datagram that does not end with a line feed gets one.
      """,
    sets: [.listen { request, _ in request.marksPeers = true }])
}
