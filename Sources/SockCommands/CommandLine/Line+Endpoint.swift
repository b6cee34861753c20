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
    let flags = try transport(datagrams: datagrams)
    let count = min(words.count, endpointWordCount(role))
    if words.count > count, !takesMessage {
      throw .usage(
        "'\(words[count])' is one word too many behind '\(words[..<count].joined(separator: " "))'"
          + (role == .peer ? ": to send a message use sock send" : ""))
    }
    let endpoint: Endpoint
    do throws(EndpointError) {
      endpoint = try Endpoint(Array(words[..<count]), role: role, addressing: flags.addressing)
    } catch {
      throw .usage("\(error)")
    }
    let transport = try agree(endpoint, flags, datagrams: datagrams)
    return Destination(endpoint: endpoint, transport: transport, rest: words[count...])
  }

  /// The family that `-4` and `-6` ask for.
  func family() throws(OperationError) -> AddressFamily {
    try exclude(.ipv4, .ipv6, "without either, both families are used")
    return has(.ipv4) ? .ipv4 : has(.ipv6) ? .ipv6 : .unspecified
  }

  /// How many words the endpoint has: two as `HOST PORT`, one in every other form.
  private func endpointWordCount(_ role: Endpoint.Role) -> Int {
    guard let first = words.first else { return 0 }
    if has(.unix) || first.contains("!") || first.hasPrefix("[") && !first.hasSuffix("]") { return 1 }
    let colons = first.utf8.filter { $0 == UInt8(ascii: ":") }.count
    // One colon is HOST:PORT, a URL or a prefix; more are an IPv6 address, or a mistake that Endpoint explains.
    if colons == 0 || first.hasPrefix("[") { return 2 }
    if colons == 1 || first.contains("://") || first.hasPrefix("vsock:") || first.hasPrefix("unix:") { return 1 }
    return IPv6Address(String(first.prefix { $0 != "%" })) == nil ? 1 : 2
  }

  /// The transport that the flags ask for.
  private func transport(datagrams: Bool) throws(OperationError) -> Transport {
    let flags: [(name: OptionName, transport: Transport)] = [
      (.udp, .udp), (.mptcp, .mptcp), (.sctp, .sctp), (.dccp, .dccp), (.udplite, .udpLite), (.unix, .unix),
    ]
    var chosen: (name: OptionName, transport: Transport)?
    for flag in flags where has(flag.name) {
      if let earlier = chosen {
        // -u -U is a Unix datagram socket, as in nc.
        guard earlier.name == .udp, flag.name == .unix else {
          throw .usage("\(earlier.name) and \(flag.name) exclude each other: give one transport")
        }
        chosen = (.unix, .unixDatagram)
      } else {
        chosen = flag
      }
    }
    let base = chosen?.transport ?? (datagrams ? .udp : .tcp)
    if datagrams { return base == .unix ? .unixDatagram : base }
    guard let type = try socketType() else { return base }
    // `with(type:)` would make TCP of `--udp --type stream`: a transport that was named stays.
    guard let typed = base.with(type: type), chosen == nil || typed.addressing == .unix || typed == base else {
      throw .usage("\(base) has no type \(value(.type) ?? ""): leave --type out, or give --unix")
    }
    return typed
  }

  /// `--type` of the verbs that carry data.
  private func socketType() throws(OperationError) -> SocketType? {
    enum Name: String, CaseIterable { case stream, dgram, seqpacket }
    switch try choice(.type, of: Name.self) {
    case .stream: return .stream
    case .dgram: return .datagram
    case .seqpacket: return .sequencedPacket
    case nil: return nil
    }
  }

  /// The transport of an endpoint: what its text says goes before the flags, and both have to fit.
  private func agree(_ endpoint: Endpoint, _ flags: Transport, datagrams: Bool) throws(OperationError) -> Transport {
    let type = datagrams ? SocketType.datagram : try socketType() ?? (has(.udp) ? .datagram : nil)
    switch endpoint.target {
    case .descriptor: return flags
    case .unix:
      if flags.addressing == .unix { return flags }
      return Transport.unix.with(type: type ?? .stream) ?? .unix
    case .vsock:
      guard type == nil || type == .stream else { throw .usage("\(endpoint) is a stream: vsock has no other type") }
      return .vsock
    case .internet:
      guard let named = endpoint.transport else { return flags }
      guard !datagrams || named.type == .datagram else {
        throw .usage("\(named) does not carry single datagrams: write udp:// or udplite://, or nothing")
      }
      guard has(.type) == false || named.type == type else {
        throw .usage("\(named) has no type \(value(.type) ?? ""): leave --type out")
      }
      return named
    }
  }
}
