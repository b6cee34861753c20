import Glibc
import Operations
import Sockets

/// `sock bench`: measure a server, and the path to it.
struct BenchCommand: VerbCommand {
  static var abstract: String { "Measure throughput, latency, connections or datagram loss." }
  static var operands: String { "HOST PORT" }
  static var notes: String {
    "The server is 'sock listen --bench PORT' or, with --against, any echo, discard or chargen service."
  }
  static var examples: [String] { ["sock bench --work latency --time 5 localhost 5201"] }
  static var operandCompletion: ValueCompletion { .host }

  /// The request that the arguments describe.
  static func request(_ arguments: ParsedArguments) throws(OperationError) -> BenchRequest {
    let destination = try arguments.destination(.peer)
    var request = BenchRequest(
      endpoint: destination.endpoint, transport: destination.transport, options: try arguments.connectionOptions())
    try arguments.apply(to: &request)
    if !arguments.has(.work) { request.work = request.server.works[0] }
    guard request.server.works.contains(request.work) else {
      let possible = request.server.works.map(\.rawValue).joined(separator: ", ")
      throw .usage(
        "--work \(request.work.rawValue) needs another server: with --against \(request.server.rawValue) there are \(possible)"
      )
    }
    if arguments.has(.sourcePort), request.streams > 1 || request.work == .connects {
      throw .usage(
        "\(Option.sourcePort) is one port, and each connection needs its own: leave it out, or measure one stream")
    }
    try setAmount(of: &request, arguments)
    return request
  }

  /// Sets how much is sent, and in what pieces; the options for this depend on the kind of work.
  private static func setAmount(of request: inout BenchRequest, _ arguments: ParsedArguments) throws(OperationError) {
    let isCounted = [.latency, .connects, .datagrams].contains(request.work)
    if arguments.has(isCounted ? .bytes : .count) {
      throw .usage(
        "\(isCounted ? Option.bytes : .count) has no use with --work \(request.work.rawValue): "
          + "give \(isCounted ? Option.count : .bytes)")
    }
    request.amount = try arguments[isCounted ? .count : .bytes]?.number(in: 1 ... .max)
    let least = request.work == .datagrams ? 16 : 1
    let most = request.work == .datagrams ? ConnectionOptions.largestDatagram : 1 << 20
    request.size = try arguments[.size]?.number(in: least...most)
    if arguments.has(.limitRate) {
      guard request.work == .datagrams else { throw .usage("--limit-rate is for --work datagrams") }
      request.rate = request.options.sendRate ?? request.rate
    }
  }

  static func perform(_ arguments: ParsedArguments) throws(OperationError) {
    let request = try request(arguments)
    let isJSON = arguments.has(.json)
    let shows = !isJSON && Descriptor.standardError.isTerminal
    // However the run ends, later output must begin on a new line.
    defer { StatusLine.end() }
    try Operations.bench(request, events: TextReporter(isVerbose: false, showsListening: false, progress: nil)) {
      report in
      if shows { StatusLine.draw { BenchText.status(report, of: request, columns: $0) } }
    } text: { report in
      // Behind the line of an interrupted run stands `^C`.
      if report.isInterrupted, shows, Interruption.takeEcho() {
        StatusLine.end()
      } else {
        StatusLine.yield(endsLine: true)
      }
      return isJSON ? BenchText.json(report, of: request) : BenchText.text(report, of: request)
    }
  }
}
