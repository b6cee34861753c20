import Operations
import Sockets

/// `sock listen`: wait for a peer, and exchange data with it.
struct ListenCommand: VerbCommand {
  static var abstract: String { "Wait for a peer; send it stdin, and write what it sends to stdout." }
  static var operands: String { "[HOST] PORT" }
  static var notes: String { localForms }
  static var examples: [String] { ["sock listen -v 127.0.0.1 0       (a free port; -v shows who connects)"] }
  static var operandCompletion: ValueCompletion { .host }

  /// The request that the arguments describe.
  static func request(_ arguments: ParsedArguments) throws(OperationError) -> ListenRequest {
    let destination = try arguments.destination(.local, takesLayers: !arguments.has(.benchServer))
    try arguments.checkProxyProtocol(.listen, over: destination)
    var request = ListenRequest(
      endpoint: destination.endpoint, transport: destination.transport,
      options: try arguments.connectionOptions(for: destination.endpoint))
    try arguments.apply(to: &request)
    try arguments.checkAnswer(&request, over: destination)
    try arguments.checkRoom(&request, over: destination)
    try arguments.checkLimits(servesMany: request.servesMany || arguments.has(.benchServer))
    try arguments.checkWorkers(request.options, servesMany: request.servesMany || arguments.has(.benchServer))
    try arguments.checkGrace(request.options, servesMany: request.servesMany || arguments.has(.benchServer))
    if request.marksPeers, !request.keepOpen {
      throw .usage("\(Option.prefix) tells several peers apart: add \(Option.keepOpen)")
    }
    try arguments.checkResume(request.options, over: destination)
    try arguments.checkResumeDirection(request.options)
    try arguments.checkProgram(request.options, over: destination, takesDatagrams: true)
    request.isLocal =
      request.options.program != nil && request.endpoint.isWildcard && arguments.words.count == 1
      && !arguments.words[0].utf8.contains(UInt8(ascii: "*")) && !arguments.has(.allow)
    return request
  }

  static func perform(_ arguments: ParsedArguments) throws(OperationError) {
    let request = try request(arguments)
    if arguments.has(.benchServer) {
      return try Operations.serveBench(
        BenchServerRequest(
          endpoint: request.endpoint, transport: request.transport, options: request.options, mode: request.mode),
        events: arguments.reporter(listeningOn: request.endpoint))
    }
    try Operations.listen(request, events: arguments.reporter(listeningOn: request.endpoint))
  }
}
