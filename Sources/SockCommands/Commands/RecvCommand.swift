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
  @Option(
    name: .of(.receiveFDs),
    help: ArgumentHelp(
      "Over a Unix socket: run a command with the descriptors that are passed, as 3, 4 ….", valueName: "command"))
  var receiveFDs: String?
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
    + [.count, .mode, .receiveFDs]

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

  /// `--receive-fds`: bytes for the shell.
  static func command(_ line: Line, _ request: ListenRequest) throws(OperationError) -> [UInt8]? {
    guard let text = line.value(.receiveFDs) else { return nil }
    try line.exclude(.receiveFDs, .resume, "a file is resumed without descriptors")
    guard !text.isEmpty else { throw .usage("\(OptionName.receiveFDs) needs a command") }
    let isInherited = request.endpoint.isDescriptor
    // An inherited socket says itself what it is, once it is looked at.
    guard isInherited || request.transport.passesDescriptors else {
      throw .usage(
        "\(OptionName.receiveFDs): descriptors are passed over Unix sockets, and not over \(request.transport):"
          + " add --unix")
    }
    return ArgumentText.bytes(text)
  }

  static func perform(_ line: Line) throws(OperationError) {
    let request = try request(line)
    let events = line.reporter(listeningOn: request.endpoint)
    if let command = try command(line, request) {
      return try Operations.receiveDescriptors(
        DescriptorReceiveRequest(request, command: command), events: events)
    }
    guard !request.transport.isConnectionOriented else { return try Operations.listen(request, events: events) }
    var datagrams = DatagramReceiveRequest(
      endpoint: request.endpoint, transport: request.transport, link: request.link)
    datagrams.count = request.count
    datagrams.mode = request.mode
    try Operations.receiveDatagrams(datagrams, events: events)
  }
}
