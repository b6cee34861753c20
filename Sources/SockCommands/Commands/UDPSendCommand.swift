import Operations
import Sockets

/// `sock udp-send`: send one datagram.
struct UDPSendCommand: VerbCommand {
  static var abstract: String { "Send one datagram, and with --reply print the answers." }
  static var operands: String { "HOST PORT [MESSAGE ...]" }
  static var notes: String {
    """
    \(peerForms)
    The words of a message are joined with single spaces; '' is an empty datagram. Without one, or with -, the message
    is all of stdin.
    """
  }
  static var examples: [String] { ["sock udp-send --reply localhost 7 ping"] }
  static var operandCompletion: ValueCompletion { .host }

  /// The request that the arguments describe.
  static func request(_ arguments: ParsedArguments) throws(OperationError) -> DatagramSendRequest {
    let destination = try arguments.destination(.peer, datagrams: true, takesMessage: true)
    if arguments.has(.wait), !arguments.has(.reply) {
      throw .usage("\(Option.wait) is the time for answers: add \(Option.reply) to wait for one")
    }
    var request = DatagramSendRequest(
      endpoint: destination.endpoint, transport: destination.transport, options: try arguments.connectionOptions(),
      message: arguments.message(of: destination))
    try arguments.apply(to: &request)
    try arguments.checkRefusals(of: destination)
    return request
  }

  static func perform(_ arguments: ParsedArguments) throws(OperationError) {
    try Operations.sendDatagram(try request(arguments), events: arguments.reporter())
  }
}

extension ParsedArguments {
  /// The message; nil if it comes from stdin: if there is none, or if it is `-`. Behind `--`, that is a message.
  fileprivate func message(of destination: Destination) -> [UInt8]? {
    let isStandardInput = Array(destination.rest) == ["-"] && wordsBehindSeparator.isEmpty
    return isStandardInput ? nil : destination.message
  }
}
