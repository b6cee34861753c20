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
    var request = ConnectRequest(
      endpoint: destination.endpoint, transport: destination.transport,
      options: try arguments.connectionOptions(for: destination.endpoint))
    try arguments.apply(to: &request)
    try arguments.checkResume(request.options, over: destination)
    try arguments.checkResumeDirection(request.options)
    return request
  }

  static func perform(_ arguments: ParsedArguments) throws(OperationError) {
    try Operations.connect(try request(arguments), events: arguments.reporter())
  }
}
