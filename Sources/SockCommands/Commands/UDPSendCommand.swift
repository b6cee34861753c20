import ArgumentParser
import Operations
import Sockets

/// `sock udp-send`: one datagram.
struct UDPSendCommand: VerbCommand {
  static let configuration = CommandConfiguration(
    commandName: "udp-send",
    abstract: "Send one datagram, and with --reply print the answers.",
    usage: "sock udp-send [options] HOST PORT MESSAGE ...",
    discussion: """
      Words of the message are joined with one space; '' is an empty datagram.
      Example: sock udp-send --reply localhost 7 ping
      Times are seconds, or have a unit: 1.5, 300ms, 2m, 1h.
      """)

  @OptionGroup var arguments: PeerArguments
  @Option(
    name: .of(.reply), defaultAsFlag: "1",
    help: ArgumentHelp("Wait for so many answers (default: none; --reply alone: 1).", valueName: "n"))
  var reply: String?
  @Option(
    name: .of(.wait), help: ArgumentHelp("With --reply: wait so long for the answers (default: 1).", valueName: "secs"))
  var wait: String?
  @OptionGroup var endpoint: DatagramEndpointOptions
  @OptionGroup var source: SourceOptions
  @OptionGroup var socket: SocketOptions
  @OptionGroup var messageStream: MessageStreamOptions
  @OptionGroup var coverage: CoverageOptions
  @OptionGroup var header: HeaderOptions
  @OptionGroup var interface: InterfaceOptions
  @OptionGroup var origin: OriginOptions
  @OptionGroup var broadcast: BroadcastOptions
  @OptionGroup var deadline: DeadlineOptions
  @OptionGroup var report: ReportOptions

  static let options: [OptionName] =
    DatagramEndpointOptions.names + SourceOptions.names + SocketOptions.names + MessageStreamOptions.names
    + CoverageOptions.names + HeaderOptions.names
    + InterfaceOptions.names + OriginOptions.names + BroadcastOptions.names + DeadlineOptions.names
    + ReportOptions.names + [.reply, .wait]

  /// The request that a line makes.
  static func request(_ line: Line) throws(OperationError) -> DatagramSendRequest {
    let destination = try line.destination(.peer, datagrams: true, takesMessage: true)
    guard let message = destination.message else {
      throw .usage("no message given: write it behind \(destination.endpoint), '' for an empty datagram")
    }
    if line.has(.wait), !line.has(.reply) {
      throw .usage("\(OptionName.wait) is the time for answers: add \(OptionName.reply) to wait for one")
    }
    var request = DatagramSendRequest(
      endpoint: destination.endpoint, transport: destination.transport, link: try line.link(), message: message)
    if line.has(.reply) { request.replies = try line.number(.reply, in: 1 ... .max) ?? 1 }
    return request
  }

  static func perform(_ line: Line) throws(OperationError) {
    try Operations.sendDatagram(try request(line), events: line.reporter())
  }
}
