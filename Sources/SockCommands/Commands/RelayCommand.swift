import Operations
import Sockets
import Transfer

/// `sock relay`: join two ends.
struct RelayCommand: VerbCommand {
  static var abstract: String { "Join two ends: listen on LEFT, and connect each peer that comes to RIGHT." }
  static var operands: String { "LEFT RIGHT" }
  static var notes: String {
    """
    LEFT and RIGHT are endpoints, or one of these: \(EndKind.all.map(form).joined(separator: ", ")).
    listen: or connect: in front of an endpoint says which of the two to do; ?NAME=VALUE behind it is an option of that side.
    If LEFT names no host, only this host can connect; *:PORT listens on every interface.
    """
  }
  static var examples: [String] { ["sock relay 8080 localhost:80"] }
  static var operandCompletion: ValueCompletion { .host }

  private static func form(_ kind: EndKind) -> String { kind.prefix == "-" ? kind.prefix : kind.prefix + ":" }

  /// The request that the arguments describe.
  static func request(_ arguments: ParsedArguments) throws(OperationError) -> RelayRequest {
    let others = arguments.uses.filter { $0.option === Option.to }.map { $0.text ?? "" }
    let words = arguments.words + (arguments.words.count == 1 ? others.prefix(1) : [])
    guard words.count == 2 else {
      throw .usage(
        words.count < 2
          ? "a relay has two ends: write LEFT RIGHT, such as 8080 localhost:80"
          : "'\(words[2])' is one word too many: a relay has two ends, such as 8080 localhost:80")
    }
    try checkOnce(words)
    var request = RelayRequest(
      left: try arguments.end(words[0], .left), right: try arguments.end(words[1], .right),
      options: try arguments.connectionOptions())
    for word in others.dropFirst(arguments.words.count == 1 ? 1 : 0) {
      request.otherRights.append(try arguments.end(word, .right))
    }
    try arguments.apply(to: &request)
    if request.faults.isRandom, request.faults.seed == nil { request.faults.seed = .random(in: 0..<1_000_000) }
    try checkRights(request, arguments)
    try checkDatagrams(request, arguments)
    try checkAccess(request, arguments)
    return request
  }

  /// What can be opened once cannot be both sides.
  private static func checkOnce(_ words: [String]) throws(OperationError) {
    guard words[0] == words[1], EndKind.named(by: words[0])?.uses == .once else { return }
    throw .usage("'\(words[0])' cannot be both sides of a relay")
  }

  private static func checkRights(_ request: RelayRequest, _ arguments: ParsedArguments) throws(OperationError) {
    if arguments.has(.balance), request.otherRights.isEmpty {
      throw .usage("\(Option.balance) chooses among several rights: add \(Option.to)")
    }
    if let end = request.otherRights.isEmpty ? nil : ([request.right] + request.otherRights).first(where: isListening) {
      throw .usage("'\(end.word)' listens: several rights are connected to")
    }
    guard request.passesDescriptors else { return }
    for end in [request.left, request.right] + request.otherRights {
      if let socket = end.meaning as? SocketEnd, socket.endpoint.layers.isEmpty,
        (socket.endpoint.transport ?? socket.transport).passesDescriptors
      {
        continue
      }
      throw .usage("\(Option.passFDs): descriptors are passed between Unix sockets, and '\(end.word)' is none")
    }
  }

  private static func isListening(_ end: End) -> Bool { end.listening != nil }

  /// Only a side that listens lets anybody in.
  private static func checkAccess(_ request: RelayRequest, _ arguments: ParsedArguments) throws(OperationError) {
    try arguments.checkLimits(servesMany: true)
    guard !isListening(request.left), !isListening(request.right) else { return }
    if let option = Option.accessOptions.first(where: { arguments.has($0) }) {
      throw .usage("\(option) is about peers that connect, and neither side of this relay listens")
    }
  }

  /// Datagrams are passed on to datagrams, from a socket that receives them to one that is sent to.
  private static func checkDatagrams(
    _ request: RelayRequest, _ arguments: ParsedArguments
  ) throws(OperationError) {
    let sides = [request.left, request.right].map { ($0, $0.meaning as? SocketEnd) }
    // Each session of DTLS on the left has a socket of its own on the right.
    if let left = sides[0].1, left.role == .listen, left.endpoint.layers == [.dtls] {
      guard let right = sides[1].1, right.hasDatagrams, right.role == .listen else { return }
      throw .usage("'\(request.right.word)' cannot listen here: a relay of datagrams sends to the right")
    }
    if let right = sides[1].1, right.endpoint.layers == [.dtls], sides[0].1?.hasDatagrams == true {
      throw .usage(
        "'\(request.left.word)' has datagrams without sessions, and '\(request.right.word)' needs one for each peer: listen"
          + " on dtls:// or a stream")
    }
    guard let (end, _) = sides.first(where: { $0.1?.hasDatagrams == true }) else {
      if arguments.has(.peerTimeout) {
        throw .usage("\(Option.peerTimeout) is for datagrams: connections end by themselves")
      }
      return
    }
    if let (other, _) = sides.first(where: { $0.1?.hasDatagrams != true }) {
      throw .usage("'\(end.word)' has datagrams, and '\(other.word)' has none: a relay passes them on to the like")
    }
    guard sides[0].1?.role == .listen, sides[1].1?.role == .connect else {
      throw .usage("a relay of datagrams listens on the left and sends to the right: leave listen: and connect: out")
    }
    let ofStreams = [Option.to, .retry, .passFDs, .limitRate, .progress] + Option.faults + Option.connectionLimits
    if let option = ofStreams.first(where: { arguments.has($0) }) {
      throw .usage("\(option) is for streams, and '\(end.word)' has datagrams")
    }
  }

  static func perform(_ arguments: ParsedArguments) throws(OperationError) {
    let request = try request(arguments)
    let anyPort = [request.left, request.right].compactMap(\.listening).first { $0.asksForAnyPort }
    try Operations.relay(request, events: arguments.reporter(listeningOn: anyPort))
  }
}
