import SocketLoop
import Sockets

extension Call {
  /// Services and protocols, and what kind of address one is.
  static let databases: [Call] =
    [
      Call("getservbyname", "NAME [TRANSPORT]", "looks up the port of a service: getservbyname http tcp") {
        (call: Invocation) async throws(CallFailure) -> CallResult in
        let (name, transport) = (try call.word(0), call.count > 1 ? try call.word(1).lowercased() : nil)
        return try await service(call) { () throws(SystemError) in
          try Resolver.service(named: name, transport: transport)
        }
      },
      Call("getservbyport", "PORT [TRANSPORT]", "looks up the service at a port: getservbyport 80 tcp") {
        (call: Invocation) async throws(CallFailure) -> CallResult in
        let port = UInt16(try call.number(0, in: 0...65_535))
        let transport = call.count > 1 ? try call.word(1).lowercased() : nil
        return try await service(call) { () throws(SystemError) in try Resolver.service(at: port, transport: transport)
        }
      },
      Call("getprotobyname", "NAME", "looks up the number of an IP protocol: getprotobyname icmp") {
        (call: Invocation) async throws(CallFailure) -> CallResult in
        let name = try call.word(0)
        return try await protocolEntry(call) { () throws(SystemError) in try Resolver.protocolEntry(named: name) }
      },
      Call("getprotobynumber", "NUMBER", "looks up the name of an IP protocol") {
        (call: Invocation) async throws(CallFailure) -> CallResult in
        let number = TransportProtocol(rawValue: CInt(try call.number(0, in: 0...Int(CInt.max))))
        return try await protocolEntry(call) { () throws(SystemError) in try Resolver.protocolEntry(numbered: number) }
      },
    ] + predicates + [equality]

  /// The macros of RFC 3493.
  private static let predicates: [Call] = IPv6Address.predicates.map { predicate in
    Call(predicate.name, "ADDRESS", "returns 1 if an IPv6 address is \(predicate.meaning), else 0") {
      (call: Invocation) async throws(CallFailure) -> CallResult in
      number(predicate.holds(try call.ipv6Address(0)) ? 1 : 0)
    }
  }

  private static let equality = Call("IN6_ARE_ADDR_EQUAL", "ADDRESS ADDRESS", "returns 1 if both are the same, else 0")
  {
    (call: Invocation) async throws(CallFailure) -> CallResult in
    number(try call.ipv6Address(0) == call.ipv6Address(1) ? 1 : 0)
  }

  @LoopActor
  private static func service(
    _ call: Invocation, _ body: @escaping @Sendable () throws(SystemError) -> ServiceEntry?
  ) async throws(CallFailure) -> CallResult {
    guard let entry = try await found(body) else {
      throw .lookup(name: "NULL", meaning: "no such service")
    }
    return CallResult(
      .number(Int(entry.port)), values: [.number(Int(entry.port)), .text(entry.name), .text(entry.transport)],
      text: "\(entry.port)/\(entry.transport) \(([entry.name] + entry.aliases).joined(separator: " "))")
  }

  @LoopActor
  private static func protocolEntry(
    _ call: Invocation, _ body: @escaping @Sendable () throws(SystemError) -> ProtocolEntry?
  ) async throws(CallFailure) -> CallResult {
    guard let entry = try await found(body) else {
      throw .lookup(name: "NULL", meaning: "no such protocol")
    }
    let number = Int(entry.number.rawValue)
    return CallResult(
      .number(number), values: [.number(number), .text(entry.name)],
      text: "\(number) \(([entry.name] + entry.aliases).joined(separator: " "))")
  }

  /// Looks something up on a thread, since a database may be on the network.
  @LoopActor
  private static func found<Entry: Sendable>(
    _ body: @escaping @Sendable () throws(SystemError) -> Entry?
  ) async throws(CallFailure) -> Entry? {
    let result: Swift.Result<Entry?, SystemError>
    do throws(WaitError) {
      result = try await EventLoop.offload {
        do throws(SystemError) { return .success(try body()) } catch { return .failure(error) }
      }
    } catch {
      throw .cancelled
    }
    switch result {
    case .success(let entry): return entry
    case .failure(let error): throw .system(error)
    }
  }
}

@LoopActor
extension Invocation {
  /// An IPv6 address: as text, with brackets and a scope or without, or of a variable that holds an address.
  fileprivate func ipv6Address(_ index: Int) throws(CallFailure) -> IPv6Address {
    let value = try value(index)
    if case .address(let address) = value, case .ipv6(let host)? = IPAddress(address) { return host }
    let bare = value.plain.filter { $0 != "[" && $0 != "]" }.prefix { $0 != "%" }
    guard case .ipv6(let host)? = IPAddress(String(bare)) else {
      throw misuse("'\(value.plain)' is no IPv6 address", at: index)
    }
    return host
  }
}
