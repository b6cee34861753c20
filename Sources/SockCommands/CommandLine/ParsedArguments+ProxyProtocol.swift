import Operations
import Sockets

// What the options of the PROXY protocol can be combined with.
extension ParsedArguments {
  /// The uses of `--proxy-protocol`, as words of the command line.
  private var proxyProtocolUses: [Option.ProxyProtocolUse] {
    uses.filter { $0.option === Option.proxyProtocol }.compactMap { $0.text.flatMap(Option.ProxyProtocolUse.init) }
  }

  /// The options of a relay that concern one side of it.
  func proxyProtocolUses(of role: End.Role) -> [OptionUse] {
    uses.filter { use in
      if use.option === Option.proxyProtocolFrom { return role == .listen }
      if use.option === Option.proxyProtocolField { return role == .connect }
      guard use.option === Option.proxyProtocol else { return false }
      let how = use.text.flatMap(Option.ProxyProtocolUse.init)
      return role == .listen ? how?.isOfListeners != false : how?.isOfClients != false
    }
  }

  /// Whether a header is read from each peer that connects.
  var acceptsProxyHeaders: Bool { proxyProtocolUses.contains(where: \.isOfListeners) }

  private var sendsProxyHeaders: Bool { proxyProtocolUses.contains(where: \.isOfClients) }

  /// Refuses headers where there is nobody to send them, or to send them to.
  ///
  /// - Parameter passes: whether it is a side of a relay, so that there may be something to pass on.
  func checkProxyProtocol(
    _ role: End.Role, over destination: Destination, passes: Bool = false
  ) throws(OperationError) {
    for how in proxyProtocolUses {
      guard how != .pass || passes else {
        throw .usage("\(Option.proxyProtocol) pass is for a relay: write \(role == .listen ? "accept" : "send")")
      }
      guard role == .listen ? how.isOfListeners : how.isOfClients else {
        throw .usage(
          role == .listen
            ? "\(Option.proxyProtocol) \(how.rawValue) is for a side that connects: write accept"
            : "\(Option.proxyProtocol) accept is for a side that listens: write send")
      }
    }
    try checkProxyProtocolNeeds()
    let transport = destination.endpoint.transport ?? destination.transport
    guard proxyProtocolUses.isEmpty || transport.type == .stream || destination.endpoint.isDescriptor else {
      throw .usage("\(Option.proxyProtocol) is for streams of bytes, not for \(transport)")
    }
    guard !has(.execDirect) || !has(.proxyProtocolFrom) else {
      throw .usage(
        "\(Option.execDirect) gives the program the socket, and nobody would see a header from elsewhere: leave"
          + " \(Option.proxyProtocolFrom) out, or use --allow")
    }
  }

  /// Refuses options that say more about headers than there are.
  func checkProxyProtocolNeeds() throws(OperationError) {
    if has(.proxyProtocolFrom), !acceptsProxyHeaders {
      throw .usage("\(Option.proxyProtocolFrom) needs \(Option.proxyProtocol) accept")
    }
    if has(.proxyProtocolField), !sendsProxyHeaders {
      throw .usage("\(Option.proxyProtocolField) needs \(Option.proxyProtocol) send")
    }
    if has(.proxyProtocolField), proxyProtocolUses.contains(.sendText) {
      throw .usage("\(Option.proxyProtocolField): version 1 of the header has no fields: write send")
    }
  }

  /// Refuses headers that neither side of a relay has a use for.
  func checkProxyProtocol(ofRelay ends: [End]) throws(OperationError) {
    let sockets = ends.compactMap { $0.meaning as? SocketEnd }
    // What an inherited descriptor is shows only once it is looked at.
    if ends.contains(where: { $0.word.containsBytes(of: "fd:") }) { return try checkProxyProtocolNeeds() }
    if has(.handshakeTimeout),
      !sockets.contains(where: { !$0.endpoint.layers.isEmpty || $0.options.proxyProtocol?.accepts == true })
    {
      throw .usage("\(Option.handshakeTimeout) is for TLS, and for \(Option.proxyProtocol) accept")
    }
    try checkProxyProtocolNeeds()
    if acceptsProxyHeaders, !sockets.contains(where: { $0.role == .listen }) {
      throw .usage("\(Option.proxyProtocol) accept is about peers that connect, and neither side of this relay listens")
    }
    if sendsProxyHeaders, !sockets.contains(where: { $0.role == .connect }) {
      throw .usage("\(Option.proxyProtocol) send or pass is for a side that connects, and this relay has none")
    }
  }
}
