import Operations
import Sockets

// Sockets given by the numbers of socket(2), and contradictions between those and the rest of the command line.
extension ParsedArguments {
  /// The values of `--family`, `--type` and `--protocol`, given by number or by C name.
  func numbers() throws(OperationError) -> SocketNumbers {
    let own = try numberedFamily()
    return SocketNumbers(family: own, type: try numberedType(), protocolNumber: try numberedProtocol(of: own))
  }

  /// The value of `--family`; nil for `AF_UNSPEC`, which is any family.
  func numberedFamily() throws(OperationError) -> AddressFamily? {
    let family = try number(
      .family, 0...65_535, "address family", names: AddressFamily.names + AddressFamily.aliases,
      advice: "write its number or its C name, such as inet: sock families lists them"
    ) { AddressFamily(named: $0)?.rawValue }
    return family.map { AddressFamily(rawValue: $0) }.flatMap { $0 == .unspecified ? nil : $0 }
  }

  /// The value of `--type`. The flags that C programs add to it change nothing: no socket of sock blocks, and no program
  /// that it starts inherits one.
  private func numberedType() throws(OperationError) -> SocketType? {
    // Up to SOCK_MAX - 1: higher bits are flags.
    let type = try number(
      .type, 1...10, "socket type", names: SocketType.names + CreationFlags.names.map { ($0.value.rawValue, $0.name) },
      advice: "write stream, dgram, seqpacket, raw, rdm, dccp, or a number"
    ) { text in
      (try? SocketTypeArgument(named: text))?.type.rawValue
    }
    return type.map { SocketType(rawValue: $0) }
  }

  /// The value of `--protocol`, whose names depend on the family.
  private func numberedProtocol(of own: AddressFamily?) throws(OperationError) -> TransportProtocol? {
    var names: [(value: CInt, name: String)] {
      own?.protocolNames ?? TransportProtocol.names + TransportProtocol.aliases
    }
    let number = try number(
      .protocol, 0...CInt.max, "protocol" + (own.map { " of \($0)" } ?? ""), names: names,
      advice: names.isEmpty ? "write its number" : "write its number or its C name, such as \(names[0].name)"
    ) { text in
      (own.map { $0.protocolNumber(named: text) } ?? TransportProtocol(named: text))?.rawValue
    }
    return number.map { TransportProtocol(rawValue: $0) }
  }

  /// The names of all families and protocols are put together only where the option is given.
  private func number(
    _ name: Option, _ range: ClosedRange<CInt>, _ noun: @autoclosure () -> String,
    names: @autoclosure () -> [(value: CInt, name: String)], advice: @autoclosure () -> String, read: (String) -> CInt?
  ) throws(OperationError) -> CInt? {
    guard let text = self[name]?.text else { return nil }
    if let number = read(text), range.contains(number) { return number }
    if Int(text) != nil || text.lowercased().hasPrefix("0x") {
      throw .usage("\(name) \(text) is out of range: \(range.lowerBound) to \(range.upperBound)")
    }
    // Compared without the prefix, since most names share it.
    func bare(_ name: String) -> String {
      let name = name.lowercased()
      return name.firstIndex(of: "_").map { String(name[name.index(after: $0)...]) } ?? name
    }
    let nearest = NearestName.find(bare(text), among: names().map { bare($0.name) }.filter { $0 != text })
    throw .usage("\(name) '\(text)' is no \(noun()): " + (nearest.map { "did you mean \($0)?" } ?? advice()))
  }

  /// `--address`: the endpoint given as the bytes of its C struct after the family.
  func addressInBytes(_ family: AddressFamily?) throws(OperationError) -> Endpoint? {
    guard let text = self[.address]?.text else { return nil }
    guard let family else {
      throw .usage("\(Option.address) needs \(Option.family): the family says what the bytes mean")
    }
    do throws(AddressError) {
      return Endpoint(target: .bytes(try SocketAddress(family: family, hexadecimal: text)))
    } catch {
      throw .usage("\(Option.address): \(error)")
    }
  }

  /// The transport that the numbers alone determine.
  func transport(by numbers: SocketNumbers, datagrams: Bool) throws(OperationError) -> Transport {
    if let transport = Transport(numbers, forMessages: datagrams) { return transport }
    if let transport = Transport(numbers) { throw Self.carriesNoDatagrams(transport) }
    throw .usage(
      numbers.family == nil
        ? "no transport of the internet has these numbers: add \(Option.family) and \(Option.type)"
        : "add \(Option.type): there is no usual one for \(numbers.family?.description ?? "")"
          + (numbers.protocolNumber.map { " and protocol \($0.rawValue)" } ?? ""))
  }

  static func carriesNoDatagrams(_ transport: Transport) -> OperationError {
    .usage("\(transport) does not carry single datagrams: write udp:// or udplite://, or nothing")
  }

  /// Refuses numbers that contradict the transport named elsewhere on the command line.
  func check(_ numbers: SocketNumbers, against transport: Transport) throws(OperationError) {
    guard let found = transport.contradiction(to: numbers) else { return }
    throw .usage("\(transport) is \(found.own), and not \(found.given): leave one of them out")
  }
}
