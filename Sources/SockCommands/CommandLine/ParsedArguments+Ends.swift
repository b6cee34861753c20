import Operations
import Sockets

// The ends of a relay, each in one word: `listen:` or `connect:`, an endpoint, and after a question mark the options of
// that side; or a kind of end and what it takes.
extension ParsedArguments {
  /// The end that a word names.
  func end(_ word: String, _ place: End.Place) throws(OperationError) -> End {
    let (role, rest) = Self.role(of: word)
    if let kind = EndKind.named(by: rest) {
      let text = kind.prefix == "-" ? "" : String(rest.dropFirst(kind.prefix.count + 1))
      if let role, role == .listen, !kind.traits.contains(.listens) {
        throw .usage("'\(word)': nothing listens on \(kind.prefix)\(kind.prefix == "-" ? "" : ":"): leave listen: out")
      }
      return End(
        word,
        try kind.parse(
          EndText(word: rest, text: text, bytes: ArgumentText.bytes(text), place: place)))
    }
    if let answer = SocatAddress(rest, besideVerb: true)?.end(place) {
      throw .usage("'\(word)' is an address of socat: write \(answer)")
    }
    return End(word, try socket(rest, role ?? place.role))
  }

  private static func role(of word: String) -> (End.Role?, rest: String) {
    for role in End.Role.allCases where word.hasPrefix(role.rawValue + ":") {
      return (role, String(word.dropFirst(role.rawValue.count + 1)))
    }
    return (nil, word)
  }

  private func socket(_ word: String, _ role: End.Role) throws(OperationError) -> SocketEnd {
    let (text, query) = Self.split(word)
    try Self.refuseMisspelt(text)
    var side = ParsedArguments(
      words: [text], uses: [Option.ipv4, .ipv6, .timeout].compactMap { self[$0] } + proxyProtocolUses(of: role))
    side.uses += try Self.uses(in: query, of: word, role)
    try side.checkExclusions()
    if let use = side.uses.first(where: \.isGroupOfUsers) {
      throw .usage("'\(word)': a side joins a multicast group: for a group of users give \(use) \(use.text ?? "")")
    }
    let destination = try side.destination(role == .listen ? .local : .peer, takesLayers: true)
    try side.checkProxyProtocol(role, over: destination, passes: true)
    let shakesHands = !destination.endpoint.layers.isEmpty || side.acceptsProxyHeaders
    if shakesHands, let use = self[.handshakeTimeout] { side.uses.insert(use, at: 0) }
    if destination.endpoint.layers.isEmpty,
      let use = side.uses.first(where: {
        $0.option.group == .tls && !(shakesHands && $0.option === Option.handshakeTimeout)
      })
    {
      throw .usage("'\(word)': \(use.option.name) is for TLS: write tls:// in front of the endpoint")
    }
    var listening = ListenRequest(
      endpoint: destination.endpoint, transport: destination.transport,
      options: try side.connectionOptions(for: destination.endpoint))
    try side.apply(to: &listening)
    var end = SocketEnd(
      role: role, endpoint: destination.endpoint, transport: destination.transport, options: listening.options)
    end.mode = listening.mode
    end.isLocal = end.endpoint.isWildcard && !text.utf8.contains(UInt8(ascii: "*"))
    return end
  }

  /// Refuses `exce:cat`, which would otherwise be a host named exce with a service named cat.
  private static func refuseMisspelt(_ word: String) throws(OperationError) {
    let parts = word.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, !parts[0].isEmpty, Transport(named: parts[0]) == nil, !parts[1].hasPrefix("//") else {
      return
    }
    let isService = !parts[1].isEmpty && parts[1].utf8.allSatisfy { $0 == UInt8(ascii: "-") || $0.isAlphanumeric }
    guard !isService || UInt16(parts[1]) == nil && parts[0].utf8.allSatisfy(\.isAlphanumeric) else { return }
    guard let near = EndKind.nearest(to: parts[0]), near.prefix != "-", !isService || near.prefix.count > 3 else {
      return
    }
    throw .usage("there is no end '\(parts[0]):': did you mean \(near.prefix):?")
  }

  // MARK: - Options of one side

  /// Splits a word at its first question mark.
  private static func split(_ word: String) -> (String, query: String?) {
    guard let mark = word.utf8.firstIndex(of: UInt8(ascii: "?")) else { return (word, nil) }
    return (String(word[..<mark]), String(word[word.utf8.index(after: mark)...]))
  }

  private static func uses(
    in query: String?, of word: String, _ role: End.Role
  ) throws(OperationError) -> [OptionUse] {
    guard let query else { return [] }
    var uses: [OptionUse] = []
    for part in query.split(separator: "&", omittingEmptySubsequences: false) {
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      uses.append(try use(of: sides[0], sides.count == 2 ? decoded(sides[1]) : nil, in: word, role))
    }
    return uses
  }

  private static func use(
    of name: String, _ value: String?, in word: String, _ role: End.Role
  ) throws(OperationError) -> OptionUse {
    let rows = Option.ofOneSide(role)
    guard let option = rows.first(where: { $0.name == name }) else {
      if name.isEmpty { throw .usage("'\(word)': write NAME=VALUE behind the question mark") }
      let other = Option.ofOneSide(role == .listen ? .connect : .listen).contains { $0.name == name }
      if other {
        throw .usage("'\(word)': \(name) is no option of a side that \(role == .listen ? "listens" : "connects")")
      }
      let nearest = NearestName.find(name, among: rows.map(\.name)).map { "did you mean \($0)?" }
      throw .usage(
        "'\(word)': '\(name)' is no option of one side: \(nearest ?? "there are \(rows.map(\.name).joined(separator: ", "))")"
      )
    }
    if option.value.kind == .none {
      guard value == nil else { throw .usage("'\(word)': \(name) takes no value") }
    } else if value?.isEmpty != false {
      throw .usage("'\(word)': \(name) needs a value: write \(name)=\(option.value.name)")
    }
    return OptionUse(option: option, text: value)
  }

  /// Replaces each `%XX` by its byte, so that a value may contain `&`.
  private static func decoded(_ text: String) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension Option {
  /// The options that concern one side of a relay, by the names that `listen` and `connect` have for them.
  static func ofOneSide(_ role: End.Role) -> [Option] {
    let verb: VerbSet = role == .listen ? .listen : .connect
    let others = [Option.ipv4, .ipv6, .timeout] + proxyProtocolOptions
    return all.filter { option in
      !option.verbs.isDisjoint(with: verb)
        && ([.address, .socket, .tls].contains(option.group) || others.contains { $0 === option })
    }
  }
}
