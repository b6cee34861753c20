import Operations
import Sockets

/// `sock resolve`: look up the addresses of a name, or the name of an address.
struct ResolveCommand: VerbCommand {
  static var abstract: String { "Print every address of a name, or the name of an address." }
  static var operands: String { "NAME [SERVICE]" }
  static var notes: String {
    "Addresses are listed in the order in which connect would try them."
  }
  static var examples: [String] { ["sock resolve localhost http"] }
  static var operandCompletion: ValueCompletion { .host }

  /// The request that the arguments describe.
  static func request(_ arguments: ParsedArguments) throws(OperationError) -> ResolveRequest {
    guard let name = arguments.words.first, !name.isEmpty else {
      throw .usage("no name given: write a name such as localhost, or an address")
    }
    guard arguments.words.count <= 2 else {
      throw .usage("'\(arguments.words[2])' is one word too many: resolve takes a name and perhaps a service")
    }
    var request = ResolveRequest(
      name: name, service: arguments.words.count > 1 ? arguments.words[1] : nil, transport: .tcp,
      family: try arguments.family())
    try arguments.apply(to: &request)
    if let service = request.service {
      do throws(EndpointError) { try Endpoint.check(service: service) } catch { throw .usage("\(error)") }
    }
    return request
  }

  static func perform(_ arguments: ParsedArguments) throws(OperationError) {
    let request = try request(arguments)
    let names = try Operations.resolve(request)
    try ConsoleOutput.print(
      arguments.has(.json) ? ResolvedNames.json(names) : ResolvedNames.text(names, request: request))
  }
}
