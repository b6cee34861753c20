import ArgumentParser
import Operations
import Sockets

/// `sock listen`: wait for a peer, and talk to it.
struct ListenCommand: VerbCommand {
  static let configuration = CommandConfiguration(
    commandName: "listen",
    abstract: "Wait for a peer: stdin to it, what it sends to stdout.",
    usage: "sock listen [options] [HOST] PORT",
    discussion: """
      Example: sock listen -v 127.0.0.1 0       (a free port; -v tells who comes)
      Times are seconds, or have a unit: 1.5, 300ms, 2m, 1h.
      """)

  @OptionGroup var arguments: LocalArguments
  @Flag(name: .of(.keepOpen), help: "Serve many peers at once, until a signal ends the run.") var keepOpen = false
  @Flag(name: .of(.bench), help: "Serve those who run sock bench, until a signal ends the run.") var bench = false
  @OptionGroup var endpoint: EndpointOptions
  @Option(
    name: .of(.mode),
    help: ArgumentHelp("Permission bits of a Unix socket's path (default: by the umask).", valueName: "octal"))
  var mode: String?
  @OptionGroup var socket: SocketOptions
  @OptionGroup var messageStream: MessageStreamOptions
  @OptionGroup var coverage: CoverageOptions
  @OptionGroup var service: ServiceOptions
  @OptionGroup var header: HeaderOptions
  @OptionGroup var interface: InterfaceOptions
  @OptionGroup var group: GroupOptions
  @OptionGroup var idle: IdleOptions
  @Option(
    name: .of(.peerTimeout),
    help: ArgumentHelp(
      "With -k: forget a silent or ended peer after so long (default: 60).", valueName: "secs"))
  var peerTimeout: String?
  @OptionGroup var deadline: DeadlineOptions
  @OptionGroup var wait: WaitOptions
  @OptionGroup var data: DataOptions
  @OptionGroup var amount: AmountOptions
  @OptionGroup var rate: RateOptions
  @OptionGroup var direction: DirectionOptions
  @OptionGroup var interactive: InteractiveOptions
  @OptionGroup var resume: ResumeOptions
  @OptionGroup var checksum: ChecksumOptions
  @OptionGroup var progress: ProgressOptions
  @OptionGroup var report: ReportOptions

  static let options: [OptionName] =
    EndpointOptions.names + SocketOptions.names + MessageStreamOptions.names + CoverageOptions.names
    + ServiceOptions.names + HeaderOptions.names + InterfaceOptions.names + GroupOptions.names
    + IdleOptions.names + DeadlineOptions.names + WaitOptions.names
    + DataOptions.names + AmountOptions.names + RateOptions.names + DirectionOptions.names + ResumeOptions.names
    + ChecksumOptions.names
    + ProgressOptions.names
    + ReportOptions.names
    + InteractiveOptions.names + [.keepOpen, .mode, .peerTimeout, .bench]

  /// The request that a line makes.
  static func request(_ line: Line) throws(OperationError) -> ListenRequest {
    let destination = try line.destination(.local)
    var request = ListenRequest(
      endpoint: destination.endpoint, transport: destination.transport, link: try line.link())
    request.keepOpen = line.has(.keepOpen)
    request.mode = try line.mode()
    if let timeout = try line.duration(.peerTimeout) { request.peerTimeout = timeout }
    try line.checkResume(request.link, over: destination)
    try line.checkResumeDirection(request.link)
    return request
  }

  static func perform(_ line: Line) throws(OperationError) {
    let request = try request(line)
    if line.has(.bench) {
      // What goes to and from those who measure is nobody's data.
      let carried: [OptionName] =
        DataOptions.names + AmountOptions.names + RateOptions.names + DirectionOptions.names + ProgressOptions.names
      let others: [OptionName] =
        carried + ResumeOptions.names + ChecksumOptions.names + InteractiveOptions.names + MessageStreamOptions.names
        + IdleOptions.names + [.keepOpen, .peerTimeout, .wait, .hex, .log, .logHex]
      if let other = others.first(where: { line.has($0) }) { throw .usage("\(other) has no use with --bench") }
      return try Operations.serveBench(
        BenchServerRequest(
          endpoint: request.endpoint, transport: request.transport, link: request.link, mode: request.mode),
        events: line.reporter(listeningOn: request.endpoint))
    }
    try Operations.listen(request, events: line.reporter(listeningOn: request.endpoint))
  }
}
