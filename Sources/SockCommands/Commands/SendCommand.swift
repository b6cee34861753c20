import ArgumentParser
import Operations
import Sockets

/// `sock send`: send a message, and print the reply.
struct SendCommand: VerbCommand {
  static let configuration = CommandConfiguration(
    commandName: "send",
    abstract: "Connect, send a message or stdin, and print the reply until the peer closes.",
    usage: "sock send [options] HOST PORT [MESSAGE ...]",
    discussion: """
      Words of the message are joined with one space; those that begin with '-' come after --.
      Example: sock send localhost 1100 hello
      Times are seconds, or have a unit: 1.5, 300ms, 2m, 1h.
      """)

  @OptionGroup var arguments: PeerArguments
  @Flag(name: .of(.noReply), help: "End once the peer has acknowledged the message.") var noReply = false
  @Option(
    name: .of(.passFD),
    help: ArgumentHelp("Pass an open descriptor over a Unix socket, with the message; may be repeated.", valueName: "n")
  )
  var passFD: [String] = []
  @Option(
    name: .of(.passCredentials),
    help: ArgumentHelp(
      "Claim another sender over a Unix socket: pid=N,uid=N,gid=N, or a part.", valueName: "claim"))
  var passCredentials: String?
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
  @OptionGroup var resume: ResumeOptions
  @OptionGroup var checksum: ChecksumOptions
  @OptionGroup var progress: ProgressOptions
  @OptionGroup var report: ReportOptions

  static let options: [OptionName] =
    EndpointOptions.names + SourceOptions.names + SocketOptions.names + MessageStreamOptions.names
    + CoverageOptions.names + ServiceOptions.names + HeaderOptions.names + InterfaceOptions.names
    + OriginOptions.names + BroadcastOptions.names + ConnectTimeOptions.names + IdleOptions.names
    + DeadlineOptions.names + WaitOptions.names + DataOptions.names + AmountOptions.names + RateOptions.names
    + ResumeOptions.names + ChecksumOptions.names + ProgressOptions.names + ReportOptions.names + [
      .noReply, .passFD, .passCredentials,
    ]

  /// The request that a line makes: a connect with its input on the line.
  static func request(_ line: Line) throws(OperationError) -> ConnectRequest {
    let destination = try line.destination(.peer, takesMessage: true)
    var request = ConnectRequest(
      endpoint: destination.endpoint, transport: destination.transport, link: try line.link())
    request.message = destination.message
    request.needsInput = true
    request.passedDescriptors = try line.passedDescriptors(destination.transport, message: request.message)
    request.claimedCredentials = try line.claimedCredentials(destination.transport, message: request.message)
    if request.message != nil, line.has(.bytes) || line.has(.skip) {
      throw .usage("\(OptionName.bytes) and \(OptionName.skip) are for standard input: give no message with them")
    }
    try line.checkResume(request.link, over: destination)
    return request
  }

  static func perform(_ line: Line) throws(OperationError) {
    try Operations.connect(try request(line), events: line.reporter())
  }
}

extension Destination {
  /// The bytes of the words behind the endpoint, joined with one space; nil where there is none.
  var message: [UInt8]? {
    guard let first = rest.first else { return nil }
    var bytes = ArgumentText.bytes(first)
    for word in rest.dropFirst() {
      bytes.append(UInt8(ascii: " "))
      bytes += ArgumentText.bytes(word)
    }
    return bytes
  }
}

extension Line {
  /// `--pass-fd`: descriptors that are open here, and travel with the first byte of a message.
  fileprivate func passedDescriptors(_ transport: Transport, message: [UInt8]?) throws(OperationError) -> [CInt] {
    var numbers: [CInt] = []
    for text in values(.passFD) {
      guard let number = CInt(text), number >= 0, (try? Descriptor(number).kind()) != nil else {
        throw .usage("--pass-fd '\(text)' is no open descriptor: write its number, and open it in the shell (3<file)")
      }
      numbers.append(number)
    }
    if numbers.isEmpty { return [] }
    try checkPassing(.passFD, transport, message)
    // SCM_MAX_FD.
    guard numbers.count <= 253 else { throw .usage("--pass-fd: at most 253 descriptors travel with one message") }
    return numbers
  }

  /// `--pass-credentials`: who a message says that it comes from.
  fileprivate func claimedCredentials(
    _ transport: Transport, message: [UInt8]?
  ) throws(OperationError) -> Credentials? {
    guard let text = value(.passCredentials) else { return nil }
    guard let credentials = Credentials(claim: text) else {
      throw .usage(
        "\(OptionName.passCredentials) '\(text)' is no claim: write pid=N,uid=N,gid=N, and leave out what is our own")
    }
    try checkPassing(.passCredentials, transport, message)
    return credentials
  }

  /// What is passed beside a message needs a Unix socket, and a first byte to go with.
  private func checkPassing(
    _ name: OptionName, _ transport: Transport, _ message: [UInt8]?
  ) throws(OperationError) {
    guard transport.passesDescriptors else { throw .usage("\(name) needs a Unix socket: add --unix") }
    guard let message, !message.isEmpty else {
      throw .usage("\(name) needs a message of at least one byte on the command line, with which it travels")
    }
  }
}
