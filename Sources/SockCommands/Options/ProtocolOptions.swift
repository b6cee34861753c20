import ArgumentParser

/// What messages over SCTP say of themselves.
struct MessageStreamOptions: ParsableArguments {
  @Option(
    name: .of(.sctpStream),
    help: ArgumentHelp("SCTP: send on this stream, 0 to 65534 (default: 0).", valueName: "n"))
  var sctpStream: String?
  @Option(
    name: .of(.sctpPPID),
    help: ArgumentHelp("SCTP: send with this payload protocol identifier (default: 0).", valueName: "n"))
  var sctpPPID: String?

  static let names: [OptionName] = [.sctpStream, .sctpPPID]
}

/// How far checksums of UDP-Lite reach.
struct CoverageOptions: ParsableArguments {
  @Option(
    name: .of(.udpliteCoverage),
    help: ArgumentHelp(
      "UDP-Lite: bytes that checksums cover, or send=8,recv=20 (default: all).", valueName: "n"))
  var udpliteCoverage: String?

  static let names: [OptionName] = [.udpliteCoverage]
}

/// What a port of DCCP is for.
struct ServiceOptions: ParsableArguments {
  @Option(
    name: .of(.dccpService),
    help: ArgumentHelp("DCCP: the service code, SC:fdpz or a number (default: 0).", valueName: "code"))
  var dccpService: String?

  static let names: [OptionName] = [.dccpService]
}
