import ArgumentParser
import Operations
import Sockets

/// `sock resolve`: a name's addresses, or an address's name.
struct ResolveCommand: VerbCommand {
  static let configuration = CommandConfiguration(
    commandName: "resolve",
    abstract: "Print every address of a name, or the name of an address.",
    usage: "sock resolve [options] NAME [SERVICE]",
    discussion: """
      Addresses stand in the order in which a connect would try them.
      Example: sock resolve localhost http
      """)

  @Argument(help: ArgumentHelp("A name or an address, and perhaps a service.", valueName: "name"))
  var words: [String] = []
  @Flag(name: .of(.ipv4), help: "IPv4 only.") var ipv4 = false
  @Flag(name: .of(.ipv6), help: "IPv6 only.") var ipv6 = false
  @Flag(name: .of(.udp), help: "Look the service up for UDP (default: TCP).") var udp = false
  @Flag(name: .of(.legacy), help: "Use gethostbyname(3) and gethostbyaddr(3).") var legacy = false
  @OptionGroup var json: JSONOptions

  static let options: [OptionName] = [.ipv4, .ipv6, .udp, .legacy] + JSONOptions.names

  /// The request that a line makes.
  static func request(_ line: Line) throws(OperationError) -> ResolveRequest {
    guard let name = line.words.first, !name.isEmpty else {
      throw .usage("no name given: write a name such as localhost, or an address")
    }
    guard line.words.count <= 2 else {
      throw .usage("'\(line.words[2])' is one word too many: resolve takes a name and perhaps a service")
    }
    var request = ResolveRequest(
      name: name, service: line.words.count > 1 ? line.words[1] : nil, transport: line.has(.udp) ? .udp : .tcp,
      family: try line.family())
    if let service = request.service {
      do throws(EndpointError) { try Endpoint.check(service: service) } catch { throw .usage("\(error)") }
    }
    request.legacy = line.has(.legacy)
    return request
  }

  static func perform(_ line: Line) throws(OperationError) {
    let request = try request(line)
    let names = try Operations.resolve(request)
    try StandardStream.print(
      line.has(.json) ? ResolvedNames.json(names) : ResolvedNames.text(names, request: request))
  }
}
