import Operations
import Sockets

/// `sock relay`: join two ends.
struct RelayCommand: VerbCommand {
  static var abstract: String { "Join two ends: listen on LEFT, and connect each peer that comes to RIGHT." }
  static var operands: String { "LEFT RIGHT" }
  static var notes: String {
    """
    LEFT and RIGHT are endpoints, or one of these: \(EndKind.all.map(form).joined(separator: ", ")).
    listen: or connect: in front of an endpoint says which of the two to do; ?NAME=VALUE behind it is an option of that side.
    A LEFT without a host is this host alone; *:PORT is every interface.
    """
  }
  static var examples: [String] { ["sock relay 8080 localhost:80"] }
  static var operandCompletion: ValueCompletion { .host }

  private static func form(_ kind: EndKind) -> String { kind.prefix == "-" ? kind.prefix : kind.prefix + ":" }

  /// The request that the arguments describe.
  static func request(_ arguments: ParsedArguments) throws(OperationError) -> RelayRequest {
    let words = arguments.words
    guard words.count == 2 else {
      throw .usage(
        words.count < 2
          ? "a relay has two ends: write LEFT RIGHT, such as 8080 localhost:80"
          : "'\(words[2])' is one word too many: a relay has two ends, such as 8080 localhost:80")
    }
    var request = RelayRequest(
      left: try arguments.end(words[0], .left), right: try arguments.end(words[1], .right),
      options: try arguments.connectionOptions())
    try arguments.apply(to: &request)
    return request
  }

  static func perform(_ arguments: ParsedArguments) throws(OperationError) {
    let request = try request(arguments)
    let anyPort = [request.left, request.right].compactMap(\.listening).first { $0.asksForAnyPort }
    try Operations.relay(request, events: arguments.reporter(listeningOn: anyPort))
  }
}
