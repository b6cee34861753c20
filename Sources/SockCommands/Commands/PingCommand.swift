import ArgumentParser
import Operations

/// `sock ping`: whether a host answers, and how fast.
struct PingCommand: VerbCommand {
  static let configuration = CommandConfiguration(
    commandName: "ping",
    abstract: "Ask a host again and again, and time its answers.",
    usage: "sock ping [options] HOST [PORT]",
    discussion: """
      Without --tcp or --udp by ICMP echo. Ends by its count, or with Ctrl-C; both show the summary.
      Example: sock ping -c 3 --tcp localhost 22
      Times are seconds, or have a unit: 1.5, 300ms, 2m, 1h.
      """)

  @OptionGroup var arguments: ProbeArguments
  @Flag(name: .of(.tcp), help: "Time connections to a port: made or refused, both are answers.") var tcp = false
  @Flag(name: .of(.udp), help: "Time datagrams to a port: data or 'port unreachable', both are answers.")
  var udp = false
  @Option(name: .of(.count), help: ArgumentHelp("End after so many probes (default: no end).", valueName: "n"))
  var count: String?
  @Option(
    name: .of(.interval),
    help: ArgumentHelp("From one probe to the next, 10 ms or more (default: 1).", valueName: "secs"))
  var interval: String?
  @Option(
    name: .of(.size), help: ArgumentHelp("Bytes of data in a probe, 0 to 65507 (default: 56).", valueName: "bytes"))
  var size: String?
  @Option(
    name: .of(.ttl),
    help: ArgumentHelp("How many hops a probe may make, 1 to 255 (default: the system's).", valueName: "n"))
  var ttl: String?
  @Flag(name: .of(.broadcast), help: "Let HOST be a broadcast address, of which all hosts may answer.")
  var broadcast = false
  @OptionGroup var probe: ProbeOptions

  static let options: [OptionName] = [.tcp, .udp, .count, .interval, .size, .ttl, .broadcast] + ProbeOptions.names

  /// The request that a line makes.
  static func request(_ line: Line) throws(OperationError) -> PingRequest {
    var request = PingRequest(
      target: try line.probeTarget(
        [(.tcp, .tcp), (.udp, .udp)], default: .icmp, needsPort: [.tcp, .udp], size: 56))
    guard request.target.method == .icmp || !line.has(.broadcast) else {
      throw .usage("--broadcast is for ICMP: leave --\(request.target.method) out")
    }
    request.count = try line.number(.count, in: 1 ... .max)
    if let interval = try line.duration(.interval) {
      guard interval >= .milliseconds(10) else {
        throw .usage("--interval '\(line.value(.interval) ?? "")' is too short: 10 ms is the least")
      }
      request.interval = interval
    }
    request.deadline = try line.limit(.deadline)
    return request
  }

  static func perform(_ line: Line) throws(OperationError) {
    let request = try request(line)
    let isJSON = line.has(.json)
    try Operations.ping(request) { (report) throws(OperationError) in
      try StandardStream.print(
        isJSON ? ProbeJSON.text(report, of: request.target) : ProbeText.text(report, of: request.target))
    }
  }
}
