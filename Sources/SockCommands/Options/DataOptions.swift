import ArgumentParser

/// What happens at the ends of input of a verb that talks both ways.
struct DirectionOptions: ParsableArguments {
  @Option(
    name: .of(.onPeerEOF),
    help: ArgumentHelp("When the peer ends: continue (default) or exit.", valueName: "what"))
  var onPeerEOF: String?
  @Flag(name: .of(.sendOnly), help: "Discard what the peer sends.") var sendOnly = false
  @Flag(name: .of(.recvOnly), help: "Never read stdin.") var recvOnly = false

  static let names: [OptionName] = [.onPeerEOF, .sendOnly, .recvOnly]
}

/// How input becomes what is sent.
struct DataOptions: ParsableArguments {
  @Option(
    name: .of(.onEOF),
    help: ArgumentHelp("When the input ends: half-close (default), keep or close.", valueName: "what"))
  var onEOF: String?
  @Flag(name: .of(.crlf), help: "Send a line feed as carriage return and line feed.") var crlf = false
  @Option(
    name: .of(.datagramSize),
    help: ArgumentHelp("The most bytes of input in a datagram, 1 to 65507 (default).", valueName: "bytes"))
  var datagramSize: String?
  @Option(
    name: .of(.frame),
    help: ArgumentHelp("What becomes a datagram: each read (default) or each line.", valueName: "read|line"))
  var frame: String?

  static let names: [OptionName] = [.onEOF, .crlf, .datagramSize, .frame]
}
