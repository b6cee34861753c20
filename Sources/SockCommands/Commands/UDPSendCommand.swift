import Operations
import Sockets

/// `sock udp-send`: send one datagram.
struct UDPSendCommand: VerbCommand {
  static var abstract: String { "Send one datagram, and with --reply print the answers." }
  static var operands: String { "HOST PORT MESSAGE ..." }
  static var notes: String {
    """
    \(peerForms)
    The words of a message are joined with single spaces; '' is an empty datagram.
    """
  }
  static var examples: [String] { ["sock udp-send --reply localhost 7 ping"] }
  static var operandCompletion: ValueCompletion { .host }

  /// The request that the arguments describe.
  static func request(_ arguments: ParsedArguments) throws(OperationError) -> DatagramSendRequest {
    let destination = try arguments.destination(.peer, datagrams: true, takesMessage: true)
    guard let message = destination.message else {
      throw .usage("no message given: write it behind \(destination.endpoint), '' for an empty datagram")
    }
    if arguments.has(.wait), !arguments.has(.reply) {
      throw .usage("\(Option.wait) is the time for answers: add \(Option.reply) to wait for one")
    }
    var request = DatagramSendRequest(
      endpoint: destination.endpoint, transport: destination.transport, options: try arguments.connectionOptions(),
      message: message)
    try arguments.apply(to: &request)
    return request
  }

  static func perform(_ arguments: ParsedArguments) throws(OperationError) {
    try Operations.sendDatagram(try request(arguments), events: arguments.reporter())
  }
}
