import Operations
import Sockets

/// `sock udp-recv`: print datagrams from any sender.
struct UDPRecvCommand: VerbCommand {
  static var abstract: String { "Print datagrams from any sender." }
  static var operands: String { "[HOST] PORT" }
  static var notes: String { localForms }
  static var examples: [String] { ["sock udp-recv -v --count 1 127.0.0.1 0       (a free port; -v shows the sender)"] }
  static var operandCompletion: ValueCompletion { .host }

  /// The request that the arguments describe.
  static func request(_ arguments: ParsedArguments) throws(OperationError) -> DatagramReceiveRequest {
    let destination = try arguments.destination(.local, datagrams: true)
    var request = DatagramReceiveRequest(
      endpoint: destination.endpoint, transport: destination.transport, options: try arguments.connectionOptions())
    request.options.limitReceived()
    try arguments.apply(to: &request)
    return request
  }

  static func perform(_ arguments: ParsedArguments) throws(OperationError) {
    let request = try request(arguments)
    try Operations.receiveDatagrams(request, events: arguments.reporter(listeningOn: request.endpoint))
  }
}
