import SocketLoop
import Sockets
import Synchronization

extension Operations {
  /// `sock resolve`: looks up all addresses of a name, in the order in which connect tries them, or the name of an address.
  package static func resolve(_ request: ResolveRequest) throws(OperationError) -> [ResolvedName] {
    guard let deadline = request.deadline else { return try find(request) }
    let answer = Answer()
    try run(deadline: deadline) { (_) throws(OperationError) in
      let result: Result<[ResolvedName], OperationError>
      do throws(WaitError) {
        result = try await EventLoop.offload { Result { () throws(OperationError) in try find(request) } }
      } catch {
        throw .cancelled
      }
      let names = try result.get()
      answer.names.withLock { $0 = names }
    }
    return answer.names.withLock { $0 }
  }

  /// What was found by the end of a run with a deadline.
  private final class Answer: Sendable {
    let names = Mutex<[ResolvedName]>([])
  }

  private static func find(_ request: ResolveRequest) throws(OperationError) -> [ResolvedName] {
    // gethostbyname(3) would ask a name server for what cannot be a name.
    try lookUp { () throws(ResolutionError) in try Resolver.check(host: request.bareName) }
    if request.isReverse {
      try OperationError.refuse(request.name, unlessOf: request.family)
      return [try reverse(request)]
    }
    return try request.legacy ? hostEntries(request) : addresses(request)
  }

  private static func addresses(_ request: ResolveRequest) throws(OperationError) -> [ResolvedName] {
    try lookUp { () throws(ResolutionError) in
      try Resolver.addresses(
        host: request.name, service: request.service, transport: request.transport, family: request.family,
        flags: .canonicalName)
    }.map { ResolvedName(address: $0.address, name: $0.canonicalName) }
  }

  /// The name of an address. With a service, its port is part of the address, and its name part of the answer.
  private static func reverse(_ request: ResolveRequest) throws(OperationError) -> ResolvedName {
    let found = try lookUp { () throws(ResolutionError) in
      try Resolver.addresses(host: request.bareName, service: request.service, transport: request.transport)
    }
    guard let address = found.first?.address else {
      throw OperationError(.nameNotFound, "\(request.name) has no address")
    }
    let flags: NameLookupFlags = request.transport.type == .datagram ? .datagram : []
    let name =
      try request.legacy
      ? legacyLookUp { () throws(HostLookupError) in try Resolver.hostByAddress(address).name }
      : lookUp { () throws(ResolutionError) in try Resolver.names(of: address, flags: .nameRequired).host }
    guard request.service != nil else { return ResolvedName(address: address, name: name) }
    let service = try lookUp { () throws(ResolutionError) in
      try Resolver.names(of: address, flags: flags.union(.numericHost)).service
    }
    return ResolvedName(address: address, name: name, service: service)
  }

  /// The addresses by gethostbyname(3), which knows no services: the port is looked up on its own.
  private static func hostEntries(_ request: ResolveRequest) throws(OperationError) -> [ResolvedName] {
    let local = try lookUp { () throws(ResolutionError) in
      try Resolver.addresses(
        host: nil, service: request.service, transport: request.transport, family: .ipv4, role: .local)
    }
    let port = local.first?.address.port ?? 0
    let family = request.family == .unspecified ? .ipv4 : request.family
    let entry = try legacyLookUp { () throws(HostLookupError) in
      try Resolver.hostByName(request.name, family: family)
    }
    return entry.addresses.map { ResolvedName(address: $0.with(port: port), name: entry.name) }
  }

  private static func lookUp<Result>(_ body: () throws(ResolutionError) -> Result) throws(OperationError) -> Result {
    do throws(ResolutionError) { return try body() } catch { throw OperationError(error) }
  }

  private static func legacyLookUp<Result>(
    _ body: () throws(HostLookupError) -> Result
  ) throws(OperationError) -> Result {
    do throws(HostLookupError) { return try body() } catch { throw OperationError(error) }
  }
}

extension ResolveRequest {
  /// The name, without the brackets of an IPv6 address.
  var bareName: String { name.hasPrefix("[") && name.hasSuffix("]") ? String(name.dropFirst().dropLast()) : name }

  /// Whether the name is an address, for a reverse lookup.
  package var isReverse: Bool { AddressFamily(ofNumericHost: bareName) != nil }
}
