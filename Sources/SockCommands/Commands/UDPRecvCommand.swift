import ArgumentParser
import Operations
import Sockets

/// `sock udp-recv`: datagrams from anyone.
struct UDPRecvCommand: VerbCommand {
  static let configuration = CommandConfiguration(
    commandName: "udp-recv",
    abstract: "Print datagrams from anyone.",
    usage: "sock udp-recv [options] [HOST] PORT",
    discussion: """
      Example: sock udp-recv -v --count 1 127.0.0.1 0       (a free port; -v tells from whom)
      Times are seconds, or have a unit: 1.5, 300ms, 2m, 1h.
      """)

  @OptionGroup var arguments: LocalArguments
  @Option(name: .of(.count), help: ArgumentHelp("End after so many datagrams (default: never).", valueName: "n"))
  var count: String?
  @Flag(name: .of(.echo), help: "Send each datagram back.") var echo = false
  @OptionGroup var endpoint: DatagramEndpointOptions
  @Option(
    name: .of(.mode),
    help: ArgumentHelp("Permission bits of a Unix socket's path (default: by the umask).", valueName: "octal"))
  var mode: String?
  @OptionGroup var socket: SocketOptions
  @OptionGroup var coverage: CoverageOptions
  @OptionGroup var header: HeaderOptions
  @OptionGroup var interface: InterfaceOptions
  @OptionGroup var group: GroupOptions
  @OptionGroup var idle: IdleOptions
  @OptionGroup var deadline: DeadlineOptions
  @OptionGroup var checksum: ChecksumOptions
  @OptionGroup var progress: ProgressOptions
  @OptionGroup var report: ReportOptions

  static let options: [OptionName] =
    DatagramEndpointOptions.names + SocketOptions.names + CoverageOptions.names + HeaderOptions.names
    + InterfaceOptions.names
    + GroupOptions.names + IdleOptions.names + DeadlineOptions.names
    + ChecksumOptions.names + ProgressOptions.names + ReportOptions.names + [.count, .echo, .mode]

  /// The request that a line makes.
  static func request(_ line: Line) throws(OperationError) -> DatagramReceiveRequest {
    let destination = try line.destination(.local, datagrams: true)
    var request = DatagramReceiveRequest(
      endpoint: destination.endpoint, transport: destination.transport, link: try line.link())
    request.count = try line.number(.count, in: 1 ... .max)
    request.echo = line.has(.echo)
    request.mode = try line.mode()
    return request
  }

  static func perform(_ line: Line) throws(OperationError) {
    let request = try request(line)
    try Operations.receiveDatagrams(request, events: line.reporter(listeningOn: request.endpoint))
  }
}
