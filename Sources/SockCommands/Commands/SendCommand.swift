import Operations
import Sockets

/// `sock send`: send a message, and print the reply.
struct SendCommand: VerbCommand {
  static var abstract: String { "Connect, send a message or stdin, and print the reply until the peer closes." }
  static var operands: String { "HOST PORT [MESSAGE ...]" }
  static var notes: String {
    """
    \(peerForms)
    The words of a message are joined with single spaces; put words that begin with '-' after --.
    """
  }
  static var examples: [String] { ["sock send localhost 1100 hello"] }
  static var operandCompletion: ValueCompletion { .host }

  /// The request that the arguments describe: a connect whose input is the message, if there is one.
  static func request(_ arguments: ParsedArguments) throws(OperationError) -> ConnectRequest {
    let destination = try arguments.destination(.peer, takesMessage: true, takesLayers: true)
    try arguments.checkProxyProtocol(.connect, over: destination)
    var request = ConnectRequest(
      endpoint: destination.endpoint, transport: destination.transport,
      options: try arguments.connectionOptions(for: destination.endpoint))
    request.message = destination.message
    request.needsInput = true
    try arguments.apply(to: &request)
    try arguments.checkRetry(of: destination)
    try arguments.checkRefusals(of: destination)
    try arguments.checkPassing(request)
    if request.message != nil, arguments.has(.bytes) || arguments.has(.skip) {
      throw .usage("\(Option.bytes) and \(Option.skip) are for standard input: give no message with them")
    }
    try arguments.checkResume(request.options, over: destination)
    return request
  }

  static func perform(_ arguments: ParsedArguments) throws(OperationError) {
    try Operations.connect(try request(arguments), events: arguments.reporter())
  }
}

extension Destination {
  /// The bytes of the words after the endpoint, joined with single spaces; nil if there are none.
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

extension ParsedArguments {
  /// Descriptors and credentials need a Unix socket, and a message whose first byte they travel with.
  fileprivate func checkPassing(_ request: ConnectRequest) throws(OperationError) {
    guard let option = [Option.passFD, .passCredentials].first(where: { has($0) }) else { return }
    guard request.transport.passesDescriptors else { throw .usage("\(option) needs a Unix socket: add --unix") }
    guard let message = request.message, !message.isEmpty else {
      throw .usage("\(option) needs a message of at least one byte on the command line, with which it travels")
    }
    // SCM_MAX_FD.
    guard request.passedDescriptors.count <= 253 else {
      throw .usage("\(Option.passFD): at most 253 descriptors travel with one message")
    }
  }
}
