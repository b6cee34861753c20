import Operations
import SocketLoop
import Sockets

/// `sock wait`: wait until services answer, then run a command.
struct WaitCommand: VerbCommand {
  static var abstract: String { "Wait until every endpoint answers, then run a command." }
  static var operands: String { "ENDPOINT ... [-- COMMAND ...]" }
  static var notes: String {
    """
    An ENDPOINT is HOST PORT, HOST:PORT, [V6]:PORT, udp://HOST:PORT, tls://HOST:PORT or unix:/PATH; tls:// waits for a trusted peer;
    PORT may be a list: 80,8000-8010.
    COMMAND takes the place of sock, which otherwise exits with 0.
    """
  }
  static var examples: [String] { ["sock wait --for 30s db:5432 unix:/run/app.sock -- ./server"] }
  static var operandCompletion: ValueCompletion { .host }

  /// The request that the arguments describe.
  static func request(_ arguments: ParsedArguments) throws(OperationError) -> WaitRequest {
    var part = arguments
    part.words.removeLast(arguments.wordsBehindSeparator.count)
    if part.words.isEmpty { throw .usage("no endpoint given: write what to wait for, such as localhost:80") }
    var endpoints: [Endpoint] = []
    repeat {
      let destination = try part.destination(.peer, takesMessage: true, takesLayers: true)
      endpoints += try Self.endpoints(destination)
      part.words = Array(destination.rest)
    } while !part.words.isEmpty
    var request = WaitRequest(
      endpoints: endpoints, transport: .tcp,
      // All endpoints with TLS share its settings.
      options: try arguments.connectionOptions(for: endpoints.first { !$0.layers.isEmpty } ?? endpoints[0]))
    try arguments.apply(to: &request)
    return request
  }

  /// The endpoint with its transport, or several if it has a list of ports.
  private static func endpoints(_ destination: Destination) throws(OperationError) -> [Endpoint] {
    let endpoint = destination.endpoint
    if endpoint.isDescriptor { throw .usage("\(endpoint) is open already: there is nothing to wait for") }
    let transport = endpoint.transport ?? destination.transport
    return try endpoint.withEachPort(over: transport)
      ?? [Endpoint(transport: transport, target: endpoint.target, layers: endpoint.layers)]
  }

  static func perform(_ arguments: ParsedArguments) throws(OperationError) {
    let inherited = Program.inherited
    try Operations.wait(try request(arguments), events: arguments.reporter())
    let command = arguments.wordsBehindSeparator.map { ArgumentText.bytes($0) }
    guard let name = arguments.wordsBehindSeparator.first else { return }
    inherited.restore()
    let error = ProcessImage.replace(with: command)
    // As env(1) and the shell have it.
    throw OperationError(
      .command(error.number == .noEntry ? 127 : 126), "cannot run '\(name)': \(error.number)",
      errorNumber: error.number)
  }
}

extension Endpoint {
  /// The endpoint with each port of a list; nil if its ports are no list.
  func withEachPort(over transport: Transport) throws(OperationError) -> [Endpoint]? {
    guard let services = try services(over: transport) else { return nil }
    guard case .internet(let host, _) = target else { return nil }
    return services.map {
      Endpoint(transport: transport, target: .internet(host: host, service: $0), layers: layers)
    }
  }

  /// The services that its port lists; nil if it has no port.
  func services(over transport: Transport) throws(OperationError) -> [String]? {
    guard case .internet(_, let service) = target, !transport.traits.contains(.protocolForPort) else { return nil }
    return try PortList.services(service)
  }
}
