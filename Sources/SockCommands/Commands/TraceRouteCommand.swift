import Operations

/// `sock trace-route`: show the routers on the path to a host.
struct TraceRouteCommand: VerbCommand {
  static var abstract: String { "Show the routers on the path to a host." }
  static var operands: String { "HOST [PORT]" }
  static var notes: String {
    "UDP and TCP need no privilege; --tcp HOST PORT and --udp HOST PORT probe a single port."
  }
  static var examples: [String] { ["sock trace-route --tcp localhost 22"] }
  static var operandCompletion: ValueCompletion { .host }

  /// The request that the arguments describe.
  static func request(_ arguments: ParsedArguments) throws(OperationError) -> TraceRouteRequest {
    var request = TraceRouteRequest(
      target: try arguments.probeTarget(
        [(.udp, .udp), (.tcp, .tcp), (.icmp, .icmp)], default: .udp, needsPort: [.tcp], size: 32))
    try arguments.apply(to: &request)
    guard request.firstHop <= request.maxHops else {
      throw .usage("--first-hop \(request.firstHop) is behind --max-hops \(request.maxHops)")
    }
    return request
  }

  static func perform(_ arguments: ParsedArguments) throws(OperationError) {
    let request = try request(arguments)
    let isJSON = arguments.has(.json)
    try Operations.traceRoute(request) { report in
      isJSON ? ProbeJSON.text(report, of: request) : ProbeText.text(report, of: request)
    }
  }
}
