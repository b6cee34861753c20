import ArgumentParser
import Glibc
import Operations
import Sockets

/// `sock bench`: how fast a server, and the way to it, is.
struct BenchCommand: VerbCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure throughput, latency, connections or datagram loss.",
    usage: "sock bench [options] HOST PORT",
    discussion: """
      The server is 'sock listen --bench PORT', or with --against any echo, discard or chargen service.
      Example: sock bench --work latency --time 5 localhost 5201
      Times are seconds, or have a unit: 1.5, 300ms, 2m, 1h.
      """)

  @OptionGroup var arguments: PeerArguments
  @Option(
    name: .of(.work),
    help: ArgumentHelp(
      "upload (default), download, both, latency, connects or datagrams.", valueName: "kind"))
  var work: String?
  @Option(
    name: .of(.against),
    help: ArgumentHelp("What answers there: bench (default), echo, discard or chargen.", valueName: "service"))
  var against: String?
  @Option(
    name: .of(.streams),
    help: ArgumentHelp("Connections at the same time, 1 to 128 (default: 1).", valueName: "n"))
  var streams: String?
  @Option(name: .of(.time), help: ArgumentHelp("How long, 100 ms to 1 h (default: 10).", valueName: "secs"))
  var time: String?
  @Option(
    name: .of(.bytes),
    help: ArgumentHelp("So much on each stream is enough: 1G (default: no limit).", valueName: "n"))
  var bytes: String?
  @Option(
    name: .of(.count),
    help: ArgumentHelp(
      "So many rounds, connections or datagrams on each stream are enough (default: no limit).", valueName: "n"))
  var count: String?
  @Option(
    name: .of(.size),
    help: ArgumentHelp(
      "Bytes of a message (default: 1), of a datagram (1400), or of one write (262144).", valueName: "n"))
  var size: String?
  @Option(
    name: .of(.limitRate),
    help: ArgumentHelp("Of datagrams: bytes per second on each stream (default: 1M).", valueName: "rate"))
  var limitRate: String?
  @OptionGroup var endpoint: StreamEndpointOptions
  @OptionGroup var socket: SocketOptions
  @OptionGroup var source: SourceOptions
  @OptionGroup var connect: ConnectTimeOptions
  @OptionGroup var deadline: DeadlineOptions
  @Flag(name: .of(.json), help: "Print one JSON object.") var json = false

  static let options: [OptionName] =
    StreamEndpointOptions.names + SocketOptions.names + SourceOptions.names + ConnectTimeOptions.names
    + DeadlineOptions.names
    + [.json, .work, .against, .streams, .time, .bytes, .count, .size, .limitRate]

  /// The request that a line makes.
  static func request(_ line: Line) throws(OperationError) -> BenchRequest {
    let destination = try line.destination(.peer)
    var request = BenchRequest(
      endpoint: destination.endpoint, transport: destination.transport, link: try line.link())
    request.server = try line.choice(.against, of: BenchRequest.Server.self) ?? .bench
    request.work = try line.choice(.work, of: BenchRequest.Work.self) ?? request.server.works[0]
    guard request.server.works.contains(request.work) else {
      let possible = request.server.works.map(\.rawValue).joined(separator: ", ")
      throw .usage(
        "--work \(request.work.rawValue) needs another server: with --against \(request.server.rawValue) there are \(possible)"
      )
    }
    request.streams = try line.number(.streams, in: 1...BenchRequest.mostStreams) ?? 1
    if line.has(.sourcePort), request.streams > 1 || request.work == .connects {
      throw .usage(
        "\(OptionName.sourcePort) is one port, and each connection needs its own: leave it out, or measure one stream")
    }
    if let time = try line.duration(.time) {
      guard time >= .milliseconds(100), time <= BenchRequest.longest else {
        throw .usage("--time '\(line.value(.time) ?? "")' is out of range: 100ms to 1h")
      }
      request.time = time
    }
    let isCounted = [.latency, .connects, .datagrams].contains(request.work)
    if line.has(isCounted ? .bytes : .count) {
      throw .usage(
        "\(isCounted ? OptionName.bytes : .count) has no use with --work \(request.work.rawValue): "
          + "give \(isCounted ? OptionName.count : .bytes)")
    }
    request.amount = try line.number(isCounted ? .count : .bytes, in: 1 ... .max)
    let least = request.work == .datagrams ? 16 : 1
    let most = request.work == .datagrams ? LinkOptions.largestDatagram : 1 << 20
    request.size = try line.number(.size, in: least...most)
    if line.has(.limitRate) {
      guard request.work == .datagrams else { throw .usage("--limit-rate is for --work datagrams") }
      request.rate = request.link.sendRate ?? request.rate
    }
    return request
  }

  static func perform(_ line: Line) throws(OperationError) {
    let request = try request(line)
    let isJSON = line.has(.json)
    let shows = !isJSON && Descriptor.standardError.isTerminal
    // However it ends, what comes next begins on a line of its own.
    defer { StatusLine.end() }
    try Operations.bench(request, events: TextReporter(isVerbose: false, showsListening: false, progress: nil)) {
      report in
      if shows { StatusLine.draw { BenchText.status(report, of: request, columns: $0) } }
    } finished: { (report) throws(OperationError) in
      StatusLine.yield(endsLine: true)
      try StandardStream.print(isJSON ? BenchText.json(report, of: request) : BenchText.text(report, of: request))
    }
  }
}
