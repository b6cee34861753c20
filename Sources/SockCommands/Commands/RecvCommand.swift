import ArgumentParser
import Operations
import Sockets
import Transfer

/// `sock recv`: receive only.
struct RecvCommand: VerbCommand {
  static let configuration = CommandConfiguration(
    commandName: "recv",
    abstract: "Receive one connection, or with --udp datagrams, to stdout.",
    usage: "sock recv [options] [HOST] PORT",
    discussion: """
      Example: sock recv 1100 > file
      Times are seconds, or have a unit: 1.5, 300ms, 2m, 1h.
      """)

  @OptionGroup var arguments: LocalArguments
  @Option(
    name: .of(.count),
    help: ArgumentHelp("End after so many connections or datagrams (default: 1, no end).", valueName: "n"))
  var count: String?
  @OptionGroup var endpoint: EndpointOptions
  @Option(
    name: .of(.mode),
    help: ArgumentHelp("Permission bits of a Unix socket's path (default: by the umask).", valueName: "octal"))
  var mode: String?
  @OptionGroup var socket: SocketOptions
  @OptionGroup var coverage: CoverageOptions
  @OptionGroup var service: ServiceOptions
  @OptionGroup var interface: InterfaceOptions
  @OptionGroup var group: GroupOptions
  @OptionGroup var idle: IdleOptions
  @OptionGroup var deadline: DeadlineOptions
  @OptionGroup var rate: RateOptions
  @OptionGroup var resume: ResumeOptions
  @OptionGroup var checksum: ChecksumOptions
  @OptionGroup var progress: ProgressOptions
  @OptionGroup var report: ReportOptions

  static let options: [OptionName] =
    EndpointOptions.names + SocketOptions.names + CoverageOptions.names + ServiceOptions.names + InterfaceOptions.names
    + GroupOptions.names + IdleOptions.names
    + DeadlineOptions.names + RateOptions.names + ResumeOptions.names + ChecksumOptions.names + ProgressOptions.names
    + ReportOptions.names
    + [.count, .mode]

  /// The request that a line makes: a listen that never reads stdin.
  static func request(_ line: Line) throws(OperationError) -> ListenRequest {
    let destination = try line.destination(.local)
    var request = ListenRequest(
      endpoint: destination.endpoint, transport: destination.transport, link: try line.link())
    request.link.direction = .receiveOnly
    request.count = try line.number(.count, in: 1 ... .max)
    request.mode = try line.mode()
    try line.checkResume(request.link, over: destination)
    return request
  }

  static func perform(_ line: Line) throws(OperationError) {
    let request = try request(line)
    let events = line.reporter(listeningOn: request.endpoint)
    guard !request.transport.isConnectionOriented else { return try Operations.listen(request, events: events) }
    var datagrams = DatagramReceiveRequest(
      endpoint: request.endpoint, transport: request.transport, link: request.link)
    datagrams.count = request.count
    datagrams.mode = request.mode
    try Operations.receiveDatagrams(datagrams, events: events)
  }
}
