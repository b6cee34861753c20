import Operations
import Sockets

/// Where a line goes to, or listens: its endpoint, the transport that it and the flags agree on, and the words behind.
struct Destination {
  var endpoint: Endpoint
  var transport: Transport
  /// A message, for the verbs that take one.
  var rest: ArraySlice<String>
}

extension Line {
  /// The endpoint at the front of the words.
  ///
  /// - Parameter datagrams: whether the verb is one for datagrams, so that UDP stands in the place of TCP.
  func destination(
    _ role: Endpoint.Role, datagrams: Bool = false, takesMessage: Bool = false
  ) throws(OperationError) -> Destination {
    let chosen = try chosenTransport()
    let addressing = (chosen ?? .tcp).addressing
    let count = Endpoint.wordCount(of: words, role: role, addressing: addressing)
    if words.count > count, !takesMessage {
      throw .usage(
        "'\(words[count])' is one word too many behind '\(words[..<count].joined(separator: " "))'"
          + (role == .peer ? ": to send a message use sock send" : ""))
    }
    var endpoint: Endpoint
    do throws(EndpointError) {
      // A Unix path is bytes, which need not be UTF-8: those that the process was given.
      endpoint = try Endpoint(Array(words[..<count]), role: role, addressing: addressing).respelled(ArgumentText.bytes)
    } catch {
      throw .usage("\(error)")
    }
    let transport = try transport(of: endpoint, chosen: chosen, datagrams: datagrams || asksForDatagrams)
    try checkPackets(transport)
    // `unix:///path --type dgram` is a datagram socket in both places that say so.
    if endpoint.transport != nil { endpoint = Endpoint(transport: transport, target: endpoint.target) }
    return Destination(endpoint: endpoint, transport: transport, rest: words[count...])
  }

  /// The family that `-4` and `-6` ask for.
  func family() throws(OperationError) -> AddressFamily {
    try exclude(.ipv4, .ipv6, "without either, both families are used")
    return has(.ipv4) ? .ipv4 : has(.ipv6) ? .ipv6 : .unspecified
  }

  /// The transport that the flags name; nil where they leave it open.
  private func chosenTransport() throws(OperationError) -> Transport? {
    // -u -U is a Unix datagram socket, as in nc.
    if has(.udp), has(.unix) { return Self.transport(of: .unix)?.with(type: .datagram) }
    var chosen: (name: OptionName, transport: Transport)?
    for option in given {
      guard let transport = Self.transport(of: option.name) else { continue }
      if let chosen, chosen.name != option.name {
        throw .usage("\(chosen.name) and \(option.name) exclude each other: give one transport")
      }
      chosen = (option.name, transport)
    }
    return chosen?.transport
  }

  /// A flag for a transport is called like it.
  private static func transport(of flag: OptionName) -> Transport? {
    [.udp, .unix, .mptcp, .sctp, .dccp, .udplite].contains(flag) ? Transport(named: flag.rawValue) : nil
  }

  /// The transport to use: what the endpoint's text says goes before the flags, and `--type` has to fit.
  private func transport(
    of endpoint: Endpoint, chosen: Transport?, datagrams: Bool
  ) throws(OperationError) -> Transport {
    let flags = chosen ?? (datagrams ? .udp : .tcp)
    // The open socket itself says what it is.
    if case .descriptor = endpoint.target { return flags }
    var base = endpoint.transport ?? flags
    // With an address that is written out, a flag for the same addresses, or -u for any, says which type.
    if !base.isOverIP {
      let typed = flags.addressing == base.addressing ? flags : has(.udp) ? base.with(type: .datagram) : nil
      base = typed?.with(protocolNumber: base.protocolNumber) ?? base
    }
    if datagrams, base.isConnectionOriented {
      guard let messages = base.forMessages else {
        throw .usage("\(base) does not carry single datagrams: write udp:// or udplite://, or nothing")
      }
      return messages
    }
    guard let type = try socketType() else { return base }
    // `with(type:)` would make TCP of `--udp --type stream`: a transport that was named keeps its protocol.
    let isNamed = base.isOverIP && (endpoint.transport ?? chosen) != nil
    guard let typed = base.with(type: type),
      !base.isOverIP || typed.protocolNumber == base.protocolNumber || !isNamed && typed == .udp
    else {
      throw .usage("\(base) has no type \(value(.type) ?? ""): leave --type out, or give --unix")
    }
    return typed
  }

  /// `--type` of the verbs for connections.
  private func socketType() throws(OperationError) -> SocketType? {
    enum Name: String, CaseIterable { case stream, dgram, seqpacket }
    switch try choice(.type, of: Name.self) {
    case .stream: return .stream
    case .dgram: return .datagram
    case .seqpacket: return .sequencedPacket
    case nil: return nil
    }
  }
}
