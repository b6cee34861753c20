import Operations

/// `sock ping`: probe a host, and time its answers.
struct PingCommand: VerbCommand {
  static var abstract: String { "Probe a host repeatedly, and time its answers." }
  static var operands: String { "HOST [PORT]" }
  static var notes: String {
    "Probes are ICMP echo requests unless --tcp or --udp is given. Ctrl-C ends the run with a summary."
  }
  static var examples: [String] { ["sock ping -c 3 --tcp localhost 22"] }
  static var operandCompletion: ValueCompletion { .host }

  /// The request that the arguments describe.
  static func request(_ arguments: ParsedArguments) throws(OperationError) -> PingRequest {
    var request = PingRequest(
      target: try arguments.probeTarget(
        [(.tcp, .tcp), (.udp, .udp)], default: .icmp, needsPort: [.tcp, .udp], size: 56))
    guard request.target.method == .icmp || !arguments.has(.broadcast) else {
      throw .usage("--broadcast is for ICMP: leave --\(request.target.method) out")
    }
    try arguments.apply(to: &request)
    return request
  }

  static func perform(_ arguments: ParsedArguments) throws(OperationError) {
    let request = try request(arguments)
    let isJSON = arguments.has(.json)
    try Operations.ping(request) { report in
      isJSON ? ProbeJSON.text(report, of: request.target) : ProbeText.text(report, of: request.target)
    }
  }
}
