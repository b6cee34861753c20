import Sockets

extension Operations {
  /// `sock resolve`: looks up all addresses of a name, in the order in which connect tries them, or the name of an address.
  package static func resolve(_ request: ResolveRequest) throws(OperationError) -> [ResolvedName] {
    if let address = address(request) {
      try OperationError.refuse(request.name, unlessOf: request.family)
      return [try reverse(address, request)]
    }
    return try request.legacy ? hostEntries(request) : addresses(request)
  }

  /// The name as an address, if it is one.
  private static func address(_ request: ResolveRequest) -> SocketAddress? {
    var name = request.name
    if name.hasPrefix("["), name.hasSuffix("]") { name = String(name.dropFirst().dropLast()) }
    let port = request.service.flatMap { UInt16($0) } ?? 0
    if let address = IPv4Address(name) { return .ipv4(address, port: port) }
    guard IPv6Address(String(name.prefix { $0 != "%" })) != nil else { return nil }
    let found = try? Resolver.addresses(host: name, service: String(port), transport: request.transport)
    return found?.first?.address
  }

  private static func addresses(_ request: ResolveRequest) throws(OperationError) -> [ResolvedName] {
    do throws(ResolutionError) {
      return try Resolver.addresses(
        host: request.name, service: request.service, transport: request.transport, family: request.family,
        flags: .canonicalName
      ).map { ResolvedName(address: $0.address, name: $0.canonicalName) }
    } catch {
      throw OperationError(error)
    }
  }

  private static func reverse(
    _ address: SocketAddress, _ request: ResolveRequest
  ) throws(OperationError) -> ResolvedName {
    if request.legacy {
      do throws(HostLookupError) {
        return ResolvedName(address: address, name: try Resolver.hostByAddress(address).name)
      } catch {
        throw OperationError(.nameNotFound, error.description)
      }
    }
    do throws(ResolutionError) {
      let flags: NameLookupFlags = request.transport.type == .datagram ? [.nameRequired, .datagram] : .nameRequired
      let names = try Resolver.names(of: address, flags: flags)
      return ResolvedName(
        address: address, name: names.host, service: request.service == nil ? nil : names.service)
    } catch {
      throw OperationError(error)
    }
  }

  private static func hostEntries(_ request: ResolveRequest) throws(OperationError) -> [ResolvedName] {
    let port = request.service.flatMap { UInt16($0) } ?? 0
    do throws(HostLookupError) {
      let family = request.family == .unspecified ? .ipv4 : request.family
      let entry = try Resolver.hostByName(request.name, family: family)
      return entry.addresses.map { ResolvedName(address: $0.with(port: port), name: entry.name) }
    } catch {
      throw OperationError(.nameNotFound, error.description)
    }
  }
}
