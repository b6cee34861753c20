import ArgumentParser
import Operations
import Sockets

/// `sock connect`: go to a peer, and talk to it.
struct ConnectCommand: VerbCommand {
  static let configuration = CommandConfiguration(
    commandName: "connect",
    abstract: "Connect to a peer: stdin to it, what it sends to stdout.",
    usage: "sock connect [options] HOST PORT",
    discussion: """
      Example: sock connect -w 2 localhost 1100
      Times are seconds, or have a unit: 1.5, 300ms, 2m, 1h.
      """)

  @OptionGroup var arguments: PeerArguments
  @Flag(name: .of(.zero), help: "Connect, report, and end: nothing is sent.") var zero = false
  @OptionGroup var endpoint: EndpointOptions
  @OptionGroup var source: SourceOptions
  @OptionGroup var socket: SocketOptions
  @OptionGroup var messageStream: MessageStreamOptions
  @OptionGroup var coverage: CoverageOptions
  @OptionGroup var service: ServiceOptions
  @OptionGroup var header: HeaderOptions
  @OptionGroup var interface: InterfaceOptions
  @OptionGroup var origin: OriginOptions
  @OptionGroup var broadcast: BroadcastOptions
  @OptionGroup var timeout: ConnectTimeOptions
  @OptionGroup var idle: IdleOptions
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
    EndpointOptions.names + SourceOptions.names + SocketOptions.names + MessageStreamOptions.names
    + CoverageOptions.names + ServiceOptions.names + HeaderOptions.names + InterfaceOptions.names
    + OriginOptions.names + BroadcastOptions.names + ConnectTimeOptions.names + IdleOptions.names
    + DeadlineOptions.names + WaitOptions.names + DataOptions.names + AmountOptions.names + RateOptions.names
    + DirectionOptions.names + ResumeOptions.names + ChecksumOptions.names + ProgressOptions.names + ReportOptions.names
    + InteractiveOptions.names
    + [.zero]

  /// The request that a line makes.
  static func request(_ line: Line) throws(OperationError) -> ConnectRequest {
    let destination = try line.destination(.peer)
    var request = ConnectRequest(
      endpoint: destination.endpoint, transport: destination.transport, link: try line.link())
    request.probe = line.has(.zero)
    try line.checkResume(request.link, over: destination)
    try line.checkResumeDirection(request.link)
    return request
  }

  static func perform(_ line: Line) throws(OperationError) {
    try Operations.connect(try request(line), events: line.reporter())
  }
}
