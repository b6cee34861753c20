import ArgumentParser
import Operations

/// `sock trace-route`: by which routers packets reach a host.
struct TraceRouteCommand: VerbCommand {
  static let configuration = CommandConfiguration(
    commandName: "trace-route",
    abstract: "Show the routers on the way to a host.",
    usage: "sock trace-route [options] HOST [PORT]",
    discussion: """
      By UDP, to ports from 33434 up; --tcp and --udp HOST PORT go to one port. UDP and TCP need no privilege.
      Example: sock trace-route --tcp localhost 22
      Times are seconds, or have a unit: 1.5, 300ms, 2m, 1h.
      """)

  @OptionGroup var arguments: ProbeArguments
  @Flag(name: .of(.udp), help: "Probe with datagrams (default), with PORT all to this one.") var udp = false
  @Flag(name: .of(.tcp), help: "Probe with connections to PORT.") var tcp = false
  @Flag(name: .of(.icmp), help: "Probe with ICMP echo.") var icmp = false
  @Option(name: .of(.maxHops), help: ArgumentHelp("The last hop to ask for, 1 to 255 (default: 30).", valueName: "n"))
  var maxHops: String?
  @Option(name: .of(.firstHop), help: ArgumentHelp("The first hop to ask for (default: 1).", valueName: "n"))
  var firstHop: String?
  @Option(name: .of(.probes), help: ArgumentHelp("Probes for each hop, 1 to 10 (default: 3).", valueName: "n"))
  var probes: String?
  @Flag(name: .of(.numeric), help: "Do not look up names.") var numeric = false
  @Option(
    name: .of(.size), help: ArgumentHelp("Bytes of data in a probe, 0 to 65507 (default: 32).", valueName: "bytes"))
  var size: String?
  @OptionGroup var probe: ProbeOptions

  static let options: [OptionName] =
    [.udp, .tcp, .icmp, .maxHops, .firstHop, .probes, .numeric, .size] + ProbeOptions.names

  /// The request that a line makes.
  static func request(_ line: Line) throws(OperationError) -> TraceRouteRequest {
    var request = TraceRouteRequest(
      target: try line.probeTarget(
        [(.udp, .udp), (.tcp, .tcp), (.icmp, .icmp)], default: .udp, needsPort: [.tcp], size: 32))
    request.maxHops = try line.number(.maxHops, in: 1...255) ?? request.maxHops
    request.firstHop = try line.number(.firstHop, in: 1...255) ?? request.firstHop
    guard request.firstHop <= request.maxHops else {
      throw .usage("--first-hop \(request.firstHop) is behind --max-hops \(request.maxHops)")
    }
    request.probes = try line.number(.probes, in: 1...10) ?? request.probes
    request.isNumeric = line.has(.numeric)
    request.deadline = try line.limit(.deadline)
    return request
  }

  static func perform(_ line: Line) throws(OperationError) {
    let request = try request(line)
    let isJSON = line.has(.json)
    try Operations.traceRoute(request) { (report) throws(OperationError) in
      try StandardStream.print(
        isJSON ? ProbeJSON.text(report, of: request) : ProbeText.text(report, of: request))
    }
  }
}
