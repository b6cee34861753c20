/// Every option of every verb, by its long name: what a command line needs to be told apart.
///
/// One name means one thing in all verbs. What an option is for stands beside its declaration in Options/ and
/// Commands/, which take their names from here.
enum OptionName: String, CaseIterable, Sendable {
  case ipv4, ipv6, udp, unix, mptcp, sctp, dccp, udplite
  case family, type, `protocol`, address
  case verbose, json, hex, log
  case logHex = "log-hex"
  case option
  case source
  case sourcePort = "source-port"
  case timeout, idle, deadline, wait
  case onEOF = "on-eof"
  case onPeerEOF = "on-peer-eof"
  case sendOnly = "send-only"
  case recvOnly = "recv-only"
  case crlf
  case datagramSize = "datagram-size"
  case frame
  case limitRate = "limit-rate"
  case bytes, skip
  case progress, checksum, resume
  case keepOpen = "keep-open"
  case peerTimeout = "peer-timeout"
  case mode, count, zero
  case noReply = "no-reply"
  case reply, echo, legacy, interactive
  case tcp, icmp, interval, size, ttl, probes, numeric
  case maxHops = "max-hops"
  case firstHop = "first-hop"
  case of
  case tos, interface, group, broadcast
  case from
  case passFD = "pass-fd"
  case passCredentials = "pass-credentials"
  case receiveFDs = "receive-fds"
  case sctpStream = "sctp-stream"
  case sctpPPID = "sctp-ppid"
  case udpliteCoverage = "udplite-coverage"
  case dccpService = "dccp-service"
  case work, against, streams, time, bench

  /// The one-letter form.
  var short: Character? {
    switch self {
    case .ipv4: "4"
    case .ipv6: "6"
    case .udp: "u"
    case .unix: "U"
    case .verbose: "v"
    case .hex: "x"
    case .option: "o"
    case .source: "s"
    case .sourcePort: "p"
    case .timeout: "w"
    case .idle: "i"
    case .wait: "q"
    case .keepOpen: "k"
    case .interactive: "I"
    case .zero: "z"
    case .count: "c"
    case .maxHops: "m"
    case .firstHop: "f"
    case .numeric: "n"
    default: nil
    }
  }

  /// Whether a value belongs to it.
  enum Arity { case none, one, optionalNumber, optionalAttached }

  /// Whether a value belongs to it.
  var arity: Arity {
    switch self {
    case .family, .type, .protocol, .address, .of, .log, .logHex, .option, .source, .sourcePort, .timeout, .idle,
      .deadline, .wait, .onEOF,
      .onPeerEOF, .datagramSize, .frame, .limitRate, .bytes, .skip, .checksum, .peerTimeout, .mode, .count, .interval,
      .size,
      .ttl, .probes, .maxHops, .firstHop, .tos, .interface, .group, .from, .passFD, .passCredentials, .receiveFDs,
      .sctpStream, .sctpPPID,
      .udpliteCoverage,
      .dccpService, .work, .against, .streams, .time:
      .one
    case .reply: .optionalNumber
    case .progress: .optionalAttached
    case .ipv4, .ipv6, .udp, .unix, .mptcp, .sctp, .dccp, .udplite, .verbose, .json, .hex, .sendOnly, .recvOnly, .crlf,
      .keepOpen, .resume, .zero, .noReply, .echo, .legacy, .tcp, .icmp, .numeric,
      .broadcast, .interactive, .bench:
      .none
    }
  }
}

extension OptionName: CustomStringConvertible {
  /// As it is written: `--timeout`.
  var description: String { "--" + rawValue }
}
