import Operations
import Sockets

/// `sock connect`: connect to a peer, and exchange data with it.
struct ConnectCommand: VerbCommand {
  static var abstract: String { "Connect to a peer; send it stdin, and write what it sends to stdout." }
  static var operands: String { "HOST PORT" }
  static var notes: String { peerForms }
  static var examples: [String] { ["sock connect -w 2 localhost 1100"] }
  static var operandCompletion: ValueCompletion { .host }

  /// The request that the arguments describe.
  static func request(_ arguments: ParsedArguments) throws(OperationError) -> ConnectRequest {
    let destination = try arguments.destination(.peer, takesLayers: true)
    try arguments.checkProxyProtocol(.connect, over: destination)
    var request = ConnectRequest(
      endpoint: destination.endpoint, transport: destination.transport,
      options: try arguments.connectionOptions(for: destination.endpoint))
    try arguments.apply(to: &request)
    try arguments.checkRetry(of: destination)
    try arguments.checkRefusals(of: destination)
    try arguments.checkResume(request.options, over: destination)
    try arguments.checkResumeDirection(request.options)
    try arguments.checkProgram(request.options, over: destination)
    return request
  }

  static func perform(_ arguments: ParsedArguments) throws(OperationError) {
    let request = try request(arguments)
    if request.probe {
      let services = try request.endpoint.services(over: request.endpoint.transport ?? request.transport) ?? []
      return try Operations.check(
        CheckRequest(request, services: services.count > 1 ? services : []), events: arguments.reporter())
    }
    try Operations.connect(request, events: arguments.reporter())
  }
}
