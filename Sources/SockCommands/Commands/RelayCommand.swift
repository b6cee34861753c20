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
    var words = arguments.words + (arguments.words.count == 1 ? others.prefix(1) : [])
    if arguments.has(.inetd), let number = PassedSockets.ofStandardInput {
      guard words.count == 1 else {
        throw .usage("\(Option.inetd) makes standard input the left end: write RIGHT alone, such as localhost:80")
      }
      words.insert("fd:\(number)", at: 0)
    }
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
    try checkFrame(request)
    try checkDatagrams(request, arguments)
    try checkAccess(request, arguments)
    if arguments.joinsGroups, let use = arguments[.group] {
      throw .usage(
        "\(use) '\(use.text ?? "")' is joined by one side: write \(words[0])?group=\(use.text ?? "")")
    }
    try arguments.checkProxyProtocol(ofRelay: [request.left, request.right] + request.otherRights)
    try arguments.checkClients(of: request)
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
    if request.connectsEarly {
      if let end = ([request.right] + request.otherRights).first(where: { ($0.meaning as? SocketEnd)?.role != .connect }
      ) {
        throw .usage("\(Option.connectEarly) is for a right that is connected to, and '\(end.word)' is not")
      }
      if request.balance == .source {
        throw .usage("\(Option.balance) source needs a peer before it chooses: leave \(Option.connectEarly) out")
      }
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
    try arguments.checkWorkers(request.options, servesMany: true)
    if arguments.has(.workers), isListening(request.right) {
      throw .usage("\(Option.workers): peers come to LEFT alone then: '\(request.right.word)' listens")
    }
    guard !isListening(request.left), !isListening(request.right) else { return }
    if let option = Option.accessOptions.first(where: { arguments.has($0) }) {
      throw .usage("\(option) is about peers that connect, and neither side of this relay listens")
    }
  }

  /// Frames are between messages on one side and bytes on the other. What an inherited descriptor has is not known yet.
  private static func checkFrame(_ request: RelayRequest) throws(OperationError) {
    guard request.frame != nil else { return }
    let rights = [request.right] + request.otherRights
    guard !([request.left] + rights).contains(where: { $0.word.hasPrefix("fd:") }) else { return }
    let (left, first) = (request.left.meaning.keepsMessages, rights[0].meaning.keepsMessages)
    guard left == first, rights.allSatisfy({ $0.meaning.keepsMessages == first }) else { return }
    throw .usage(
      "\(Option.frame) is for messages on one side and bytes on the other, and "
        + (left ? "both sides have messages: leave it out" : "neither side has messages"))
  }

  /// Datagrams are passed on to datagrams, or as frames to a stream of bytes.
  private static func checkDatagrams(
    _ request: RelayRequest, _ arguments: ParsedArguments
  ) throws(OperationError) {
    let rights = [request.right] + request.otherRights
    if !isForwarded(request), let option = Option.faultsOfDatagrams.first(where: { arguments.has($0) }) {
      throw .usage(
        "\(option) is for datagrams that one socket receives and another sends, as in udp://53 udp://192.0.2.1:53")
    }
    guard let end = ([request.left] + rights).first(where: \.meaning.hasDatagrams) else {
      if arguments.has(.peerTimeout), (request.left.meaning as? SocketEnd)?.endpoint.layers != [.dtls] {
        throw .usage("\(Option.peerTimeout) is for datagrams: connections end by themselves")
      }
      return
    }
    if let right = rights.first(where: { $0.meaning.hasDatagrams && isListening($0) }) {
      throw .usage("'\(right.word)' receives datagrams: write it on the left of the relay")
    }
    let streams = ([request.left] + rights).filter { !$0.meaning.keepsMessages }
    if let stream = streams.first, request.frame == nil {
      throw .usage(
        "'\(end.word)' has datagrams, and '\(stream.word)' is a stream of bytes: say with \(Option.frame) how it holds them, such as \(Option.frame) line"
      )
    }
    let ofStreams =
      [Option.to, .retry, .connectEarly, .passFDs, .limitRate, .progress] + Option.faultsOfStreams
      + Option.connectionLimits
    if isForwarded(request), let option = ofStreams.first(where: { arguments.has($0) }) {
      throw .usage("\(option) is for streams, and '\(end.word)' has datagrams")
    }
  }

  /// Whether datagrams are passed on to datagrams, in runs and with a socket for each peer.
  private static func isForwarded(_ request: RelayRequest) -> Bool {
    guard let left = request.left.meaning as? SocketEnd, let right = request.right.meaning as? SocketEnd else {
      return false
    }
    return left.hasDatagrams && left.role == .listen && right.hasDatagrams && right.role == .connect
  }

  static func perform(_ arguments: ParsedArguments) throws(OperationError) {
    let request = try request(arguments)
    let anyPort = [request.left, request.right].compactMap(\.listening).first { $0.asksForAnyPort }
    try Operations.relay(request, events: arguments.reporter(listeningOn: anyPort))
  }
}
