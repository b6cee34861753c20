import Operations
import Sockets

extension ParsedArguments {
  /// The host to probe, from the words and the options that `ping` and `trace-route` share.
  ///
  /// - Parameters:
  ///   - flags: the options that choose a method.
  ///   - needsPort: the methods for which the user must give a port.
  ///   - size: the default number of data bytes in a probe.
  func probeTarget(
    _ flags: [(Option, ProbeMethod)], default usual: ProbeMethod, needsPort: Set<ProbeMethod>, size: Int
  ) throws(OperationError) -> ProbeTarget {
    guard let first = words.first, !first.isEmpty else {
      throw .usage("no host given: write a name such as localhost, or an address")
    }
    let flag = try probeMethod(flags)
    let endpoint = try Endpoint.namesTransport(first) ? Self.probeEndpoint([first]) : nil
    if let endpoint { try checkFamily(of: endpoint) }
    let named = try Self.method(of: endpoint, first)
    if let flag, let named, flag != named { throw .usage("'\(first)' and --\(flag) exclude each other: give one") }
    let method = flag ?? named ?? usual
    let (host, service) = try probeWords(first, method, needsPort: needsPort.contains(method))
    if method == .tcp, has(.size) { throw .usage("--size has no use with --tcp: a connection attempt carries no data") }
    var target = ProbeTarget(
      host: host, service: service, method: method, timeout: .seconds(2), size: size)
    let family = try family()
    target.family = endpoint?.family(or: family) ?? family
    try apply(to: &target)
    try apply(to: &target.packets)
    return target
  }

  private func probeWords(
    _ first: String, _ method: ProbeMethod, needsPort: Bool
  ) throws(OperationError) -> (host: String, service: String?) {
    if method == .icmp || words.count == 1 && !needsPort && !Self.namesPort(first) {
      guard words.count == 1 else {
        throw .usage("'\(words[1])' is one word too many: ICMP has no ports; --tcp and --udp have")
      }
      guard !Self.namesPort(first) else {
        throw .usage("'\(first)' has a port, and ICMP has none: add --tcp or --udp, or leave the port out")
      }
      // An address may be in brackets, as it is before a port.
      return (first.hasPrefix("[") && first.hasSuffix("]") ? String(first.dropFirst().dropLast()) : first, nil)
    }
    guard words.count <= 2 else { throw .usage("'\(words[2])' is one word too many behind the host and the port") }
    // `--tcp 443 HOST` reads as naturally as `--tcp HOST 443`. Only a port consists of digits alone.
    let isNumber = words.map { word in UInt16(word) != nil && !word.hasPrefix("+") }
    let ordered = words.count == 2 && isNumber[0] && !isNumber[1] ? [words[1], words[0]] : words
    guard case .internet(let host?, let service) = try Self.probeEndpoint(ordered).target else {
      throw .usage("'\(first)' is not a host and a port: write HOST PORT")
    }
    return (host, service)
  }

  private static func probeEndpoint(_ words: [String]) throws(OperationError) -> Endpoint {
    let endpoint: Endpoint
    do throws(EndpointError) {
      endpoint = try Endpoint(words, role: .peer, addressing: .internet)
    } catch {
      throw .usage("\(error)")
    }
    try refuseLayers(of: endpoint)
    return endpoint
  }

  /// The method named by an endpoint: `tcp://HOST:PORT`, `udp!HOST!PORT`.
  private static func method(of endpoint: Endpoint?, _ word: String) throws(OperationError) -> ProbeMethod? {
    guard let endpoint else { return nil }
    guard let method = endpoint.transport.flatMap({ ProbeMethod(rawValue: $0.name) }) else {
      throw .usage("'\(word)' cannot be probed: write tcp:// or udp://, or a host alone for ICMP")
    }
    return method
  }

  /// Whether a word is a host and a port in one: `HOST:PORT`, `[V6]:PORT`.
  private static func namesPort(_ word: String) -> Bool {
    if word.hasPrefix("[") { return !word.hasSuffix("]") }
    return Endpoint.namesTransport(word) || word.utf8.filter { $0 == UInt8(ascii: ":") }.count == 1
  }

  /// The method chosen by flags; nil if there are none.
  private func probeMethod(_ flags: [(Option, ProbeMethod)]) throws(OperationError) -> ProbeMethod? {
    let chosen = flags.filter { has($0.0) }
    guard chosen.count <= 1 else {
      throw .usage("\(chosen[0].0) and \(chosen[1].0) exclude each other: give one")
    }
    return chosen.first?.1
  }
}
