import Operations
import Sockets
import Transfer

/// `sock recv`: receive only.
struct RecvCommand: VerbCommand {
  static var abstract: String { "Write what one peer sends, or with --udp all datagrams, to stdout." }
  static var operands: String { "[HOST] PORT" }
  static var notes: String { localForms }
  static var examples: [String] { ["sock recv 1100 > file"] }
  static var operandCompletion: ValueCompletion { .host }

  /// The request that the arguments describe: a listen that never reads stdin.
  static func request(_ arguments: ParsedArguments) throws(OperationError) -> ListenRequest {
    let destination = try arguments.destination(.local, takesLayers: true)
    try arguments.checkProxyProtocol(.listen, over: destination)
    var request = ListenRequest(
      endpoint: destination.endpoint, transport: destination.transport,
      options: try arguments.connectionOptions(for: destination.endpoint))
    request.options.direction = .receiveOnly
    request.options.limitReceived()
    try arguments.apply(to: &request)
    if arguments.has(.resume), arguments.has(.bytes) {
      throw .usage("\(Option.bytes) and \(Option.resume) exclude each other: a file is received to its end")
    }
    try arguments.checkResume(request.options, over: destination)
    return request
  }

  /// The command of `--receive-fds`, as bytes for the shell.
  static func command(_ arguments: ParsedArguments, _ request: ListenRequest) throws(OperationError) -> [UInt8]? {
    guard let text = arguments.text(.receiveFDs) else { return nil }
    guard !text.isEmpty else { throw .usage("\(Option.receiveFDs) needs a command") }
    let isInherited = request.endpoint.isDescriptor
    // What an inherited socket is will be known once it is queried.
    guard isInherited || request.transport.passesDescriptors else {
      throw .usage(
        "\(Option.receiveFDs): descriptors are passed over Unix sockets, and not over \(request.transport):"
          + " add --unix")
    }
    return ArgumentText.bytes(text)
  }

  static func perform(_ arguments: ParsedArguments) throws(OperationError) {
    let request = try request(arguments)
    let events = arguments.reporter(listeningOn: request.endpoint)
    if let command = try command(arguments, request) {
      return try Operations.receiveDescriptors(
        DescriptorReceiveRequest(request, command: command), events: events)
    }
    guard !request.transport.isConnectionOriented else { return try Operations.listen(request, events: events) }
    var datagrams = DatagramReceiveRequest(
      endpoint: request.endpoint, transport: request.transport, options: request.options)
    datagrams.count = request.count
    datagrams.mode = request.mode
    try Operations.receiveDatagrams(datagrams, events: events)
  }
}

extension ConnectionOptions {
  /// For a receiver, `--bytes` limits what it receives, since it sends nothing.
  mutating func limitReceived() { (received.bytes, byteLimit) = (byteLimit, nil) }
}
