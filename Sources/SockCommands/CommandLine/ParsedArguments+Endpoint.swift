import Operations
import Sockets

/// The parsed destination of a command line: the endpoint to connect or listen to, the transport that the endpoint and
/// the flags agree on, and the words that follow.
struct Destination {
  var endpoint: Endpoint
  var transport: Transport
  /// A message, for the verbs that take one.
  var rest: ArraySlice<String>
}

extension ParsedArguments {
  /// The endpoint, which is taken from the first words.
  ///
  /// - Parameters:
  ///   - datagrams: whether the verb sends or receives datagrams, so that UDP is the default instead of TCP.
  ///   - takesLayers: whether the verb opens layers, such as TLS.
  func destination(
    _ role: Endpoint.Role, datagrams: Bool = false, takesMessage: Bool = false, takesLayers: Bool = false
  ) throws(OperationError) -> Destination {
    let numbers = try numbers()
    let chosen = try chosenTransport()
    let addressing = numbers.family?.addressing ?? (chosen ?? .tcp).addressing
    var (endpoint, rest) = try takeEndpoint(role, addressing, numbers)
    try checkFamily(of: endpoint)
    if let first = rest.first, !takesMessage {
      let taken = text(.address) ?? words[..<rest.startIndex].joined(separator: " ")
      throw .usage(
        "'\(first)' is one word too many behind '\(taken)'"
          + (has(.hex)
            ? ": -x is --hex, and sock uses no proxy yet" : role == .peer ? ": to send a message use sock send" : ""))
    }
    try checkTransport(of: endpoint, chosen: chosen)
    var transport = try transport(
      of: endpoint, chosen: chosen, numbers: numbers, datagrams: datagrams || asksForDatagrams)
    // The endpoint must agree: with `unix:///path --type dgram`, it names the datagram transport as well.
    if endpoint.transport != nil || numbers != SocketNumbers() && !endpoint.isDescriptor {
      endpoint = try Self.usage { () throws(EndpointError) in try endpoint.over(transport) }
      transport = endpoint.transport ?? transport
      try check(numbers, against: transport)
    }
    if !takesLayers { try Self.refuseLayers(of: endpoint) }
    try addLayers(to: &endpoint, &transport)
    try checkPackets(transport)
    try checkProtocols(transport)
    return Destination(endpoint: endpoint, transport: transport, rest: rest)
  }

  /// Adds the layers that flags ask for, and checks them against the transport.
  private func addLayers(to endpoint: inout Endpoint, _ transport: inout Transport) throws(OperationError) {
    if has(.tls) || has(.starttls), endpoint.layers.isEmpty { endpoint.layers = [.tls] }
    if has(.dtls), endpoint.layers.isEmpty { endpoint.layers = [.dtls] }
    guard let layer = endpoint.layers.first, !endpoint.isDescriptor else { return }
    if layer == .dtls {
      guard !has(.tls), !has(.starttls) else {
        throw .usage(
          "\(has(.tls) ? Option.tls : .starttls) is for streams of bytes, and DTLS for datagrams: leave one of them out"
        )
      }
      guard transport.isOverIP, [.udp, .udpSessions].contains(transport) else {
        throw .usage("DTLS is for UDP, not for \(transport)")
      }
      if let option = [Option.from, .group, .broadcast].first(where: { has($0) }) {
        throw .usage("\(option) is for datagrams without a session: DTLS has one peer")
      }
      transport = .udpSessions
      endpoint = try Self.usage { () throws(EndpointError) in try endpoint.over(transport) }
    } else {
      guard !has(.dtls) else {
        throw .usage("\(Option.dtls) is for datagrams, and TLS for streams: leave one of them out")
      }
      guard transport.type == .stream else {
        let advice = transport == .udp ? ": write \(Option.dtls) for datagrams" : ""
        throw .usage("\(layer) is for streams of bytes, not for \(transport)\(advice)")
      }
    }
  }

  /// Refuses an endpoint that names a layer, for a verb that would leave the layer out.
  static func refuseLayers(of endpoint: Endpoint) throws(OperationError) {
    guard let layer = endpoint.layers.first else { return }
    throw .usage(
      "\(layer):// is for connect, send, listen, recv, relay and wait: write \(layer == .dtls ? "udp" : "tcp")://, or HOST:PORT alone"
    )
  }

  /// The endpoint, and the words after it. With `--address`, those are all words.
  private func takeEndpoint(
    _ role: Endpoint.Role, _ addressing: Transport.Addressing, _ numbers: SocketNumbers
  ) throws(OperationError) -> (Endpoint, rest: ArraySlice<String>) {
    if let endpoint = try addressInBytes(numbers.family) { return (endpoint, words[...]) }
    if has(.inetd), let number = PassedSockets.ofStandardInput {
      if let word = words.first { throw .usage("\(Option.inetd) serves standard input: leave '\(word)' out") }
      return (Endpoint(target: .descriptor(number)), words[...])
    }
    if let family = numbers.family, !family.hasEndpoints {
      throw .usage("\(EndpointError.unwritten(family)): give their bytes with \(Option.address)")
    }
    if addressing.isInternet, let first = words.first, let answer = Habit.answer(toEndpoint: first) {
      throw .usage("'\(first)' \(answer)")
    }
    let count = Endpoint.wordCount(of: words, role: role, addressing: addressing)
    let endpoint = try Self.usage { () throws(EndpointError) in
      // A Unix path is a string of bytes, which need not be UTF-8: use the original bytes of the argument.
      do throws(EndpointError) {
        return try Endpoint(Array(words[..<count]), role: role, addressing: addressing).withOriginalBytes(
          ArgumentText.bytes)
      } catch .portOutOfRange(let number) where numbers.type == .raw {
        // For a raw socket this is the protocol number.
        throw .unknownProtocol(number)
      }
    }
    if let other = [Option.family, .protocol].first(where: { has($0) }), endpoint.isDescriptor {
      throw .usage("\(endpoint) is open already, and says itself what it is: leave \(other) out")
    }
    return (endpoint, words[count...])
  }

  private static func usage<Result>(_ body: () throws(EndpointError) -> Result) throws(OperationError) -> Result {
    do throws(EndpointError) { return try body() } catch { throw .usage("\(error)") }
  }

  /// The family chosen by `-4`, `-6` and `--family`.
  func family() throws(OperationError) -> AddressFamily {
    let short: AddressFamily? = has(.ipv4) ? .ipv4 : has(.ipv6) ? .ipv6 : nil
    guard let family = try numberedFamily() else { return short ?? .unspecified }
    if let short, short != family {
      throw .usage(
        "\(has(.ipv4) ? Option.ipv4 : .ipv6) and \(Option.family) exclude each other: give one family")
    }
    return family
  }

  /// Refuses `-4` or `--family` together with an endpoint that names the other family.
  func checkFamily(of endpoint: Endpoint) throws(OperationError) {
    let own = try family()
    guard endpoint.family != .unspecified, own != .unspecified, own != endpoint.family else { return }
    throw .usage(
      "'\(words[0])' is of \(endpoint.family.commonName), and an option asks for \(own.commonName): give one family")
  }

  /// Refuses a flag for another transport than the one that the endpoint names. `-u` also chooses the datagrams of a
  /// family that has some, as Unix sockets do.
  private func checkTransport(of endpoint: Endpoint, chosen: Transport?) throws(OperationError) {
    guard let named = endpoint.transport, let chosen, !agree(named, chosen) else { return }
    let flags = uses.map(\.option).filter { Self.transport(of: $0) != nil }
    throw .usage(
      "\(flags.first?.description ?? "an option") and '\(words.first ?? "")' name two transports: leave one of them out"
    )
  }

  private func agree(_ named: Transport, _ chosen: Transport) -> Bool {
    if named.addressing == chosen.addressing {
      return !named.isOverIP || named.protocolNumber == chosen.protocolNumber
    }
    return has(.udp) && !has(.unix) && !named.isOverIP && named.with(type: .datagram) != nil
  }

  /// The transport chosen by flags; nil if there are none.
  private func chosenTransport() throws(OperationError) -> Transport? {
    // -u -U means a Unix datagram socket, as in nc.
    if has(.udp), has(.unix) { return Self.transport(of: .unix)?.with(type: .datagram) }
    var chosen: (option: Option, transport: Transport)?
    for use in uses {
      guard let transport = Self.transport(of: use.option) else { continue }
      if let chosen, chosen.transport != transport {
        throw .usage("\(chosen.option) and \(use) exclude each other: give one transport")
      }
      chosen = (use.option, transport)
    }
    return chosen?.transport
  }

  /// The transport that a flag chooses: the flag has the transport's name.
  private static func transport(of flag: Option) -> Transport? {
    flag === Option.dtls
      ? .udp
      : [Option.udp, .unix, .mptcp, .sctp, .dccp, .udplite].contains { $0 === flag } ? Transport(named: flag.name) : nil
  }

  /// The transport to use. The text of the endpoint takes precedence over flags, and `--type` must agree with it.
  private func transport(
    of endpoint: Endpoint, chosen: Transport?, numbers: SocketNumbers, datagrams: Bool
  ) throws(OperationError) -> Transport {
    let named = endpoint.transport ?? chosen
    if named == nil, numbers.family != nil || numbers.protocolNumber != nil {
      return try transport(by: numbers, datagrams: datagrams)
    }
    let flags = chosen ?? (datagrams ? .udp : .tcp)
    // The open socket determines it.
    if endpoint.isDescriptor { return flags }
    var base = endpoint.transport ?? flags
    // If the endpoint names a family, a flag for the same family, or -u, chooses the socket type.
    if !base.isOverIP {
      let typed = flags.addressing == base.addressing ? flags : has(.udp) ? base.with(type: .datagram) : nil
      base = typed?.with(protocolNumber: base.protocolNumber) ?? base
    }
    base = base.with(openProtocol: endpoint.protocolNumber ?? numbers.protocolNumber)
    if datagrams, base.isConnectionOriented {
      if let typed = numbers.type.flatMap({ base.with(type: $0) }), !typed.isConnectionOriented { return typed }
      guard let messages = base.forMessages else { throw Self.carriesNoDatagrams(base) }
      return messages
    }
    guard let type = numbers.type else { return base }
    // `with(type:)` would turn `--udp --type stream` into TCP: a transport that was named keeps its protocol.
    let isNamed = base.isOverIP && named != nil
    guard let typed = base.with(type: type),
      !base.isOverIP || typed.protocolNumber == base.protocolNumber || !isNamed && typed == .udp
    else {
      throw .usage("\(base) has no type \(text(.type) ?? ""): leave --type out, or give --unix or --family")
    }
    return typed
  }
}
