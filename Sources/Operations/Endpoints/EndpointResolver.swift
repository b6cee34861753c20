import SocketLoop
import Sockets

/// Resolves an endpoint to the addresses to connect or bind to, in order of preference.
@LoopActor
struct EndpointResolver {
  let transport: Transport
  let family: AddressFamily
  let reporter: EventReporter
  /// The interface for link-local addresses that do not name one; nil for none.
  var interface: UInt32?
  /// The network namespace to look names up in; nil for that of the process.
  var namespace: NetworkNamespace?

  func addresses(
    _ endpoint: Endpoint, role: Endpoint.Role
  ) async throws(OperationError) -> [SocketAddress] {
    switch endpoint.target {
    case .written(let written):
      do throws(SystemError) {
        return [try address(of: written)]
      } catch {
        try refuseMissing()
        if error.call == "if_nametoindex" {
          let complaint = NetworkInterface.complaint(about: error.subject)
          throw OperationError(.usage, "\(written): \(complaint)", errorNumber: error.number)
        }
        throw OperationError(.unreachable, "\(written): \(error)", errorNumber: error.number)
      }
    case .bytes(let address): return [address]
    case .descriptor, .passed: return []
    case .internet(let host, let service):
      let found = try await lookUp(host: host, service: service, role: role)
      if let host, AddressFamily(ofNumericHost: host) == nil {
        for address in found {
          reporter.emit(.resolved) {
            $0.peer = .address(address)
            $0.message = host
          }
        }
      }
      return found
    }
  }

  private func address(of written: WrittenAddress) throws(SystemError) -> SocketAddress {
    guard let namespace else { return try written.address.socketAddress() }
    return try namespace.perform(failure: { $0 }) { () throws(SystemError) in try written.address.socketAddress() }
  }

  /// Throws if the kernel lacks the family. Otherwise an unknown interface in an address would be reported as the
  /// user's mistake.
  private func refuseMissing() throws(OperationError) {
    guard let family = transport.families.first else { return }
    do throws(SystemError) {
      _ = try Socket.open(transport, family: family)
    } catch {
      let failure = OperationError(opening: error, transport: transport)
      if failure.cause == .notSupported { throw failure }
    }
  }

  /// Looks up a name on another thread, since getaddrinfo(3) blocks. Numeric hosts and ports are resolved directly.
  func lookUp(
    host: String?, service: String, role: Endpoint.Role
  ) async throws(OperationError) -> [SocketAddress] {
    let host = host.map { family.plain($0) }
    if let host { try OperationError.refuse(host, unlessOf: family) }
    let lookUp = { @Sendable [transport, family, namespace] () -> LookUp in
      let look = { () throws(OperationError) -> [SocketAddress] in
        do throws(ResolutionError) {
          return try Resolver.addresses(
            host: host, service: service, transport: transport, family: family, role: role
          ).map(\.address)
        } catch {
          throw OperationError(error)
        }
      }
      do throws(OperationError) {
        guard let namespace else { return .found(try look()) }
        return .found(try namespace.perform(failure: { OperationError($0, while: .opening) }, look))
      } catch {
        return .failed(error)
      }
    }
    let isNumeric = UInt16(service) != nil && host.map { AddressFamily(ofNumericHost: $0) != nil } ?? true
    let result: LookUp
    do throws(WaitError) {
      result = isNumeric ? lookUp() : try await EventLoop.offload(lookUp)
    } catch {
      throw .cancelled
    }
    switch result {
    case .found(let addresses): return try usable(addresses)
    case .failed(let error): throw error
    }
  }

  /// Not a `Result`: to instantiate that type, the runtime searches all conformances of the program, which is a tenth of
  /// the instructions of a short run.
  private enum LookUp: Sendable {
    case found([SocketAddress])
    case failed(OperationError)
  }

  /// The addresses, with a scope added to link-local ones that lack it.
  private func usable(_ addresses: [SocketAddress]) throws(OperationError) -> [SocketAddress] {
    let scoped = addresses.map { address in
      let address = family.plain(address)
      return address.lacksScope ? address.with(scope: interface ?? 0) : address
    }
    let usable = scoped.filter { !$0.lacksScope }
    if usable.isEmpty, let first = scoped.first {
      throw OperationError(
        .usage, "\(first.host) is an address of one link: add %INTERFACE, such as \(first.host)%eth0")
    }
    return usable
  }
}

extension Endpoint {
  /// Whether it is written in numbers, so that its address is the same each time. A scope is none: interfaces come and go.
  var isNumeric: Bool {
    guard case .internet(let host?, let service) = target, UInt16(service) != nil else { return false }
    return AddressFamily(ofNumericHost: host) != nil && !host.utf8.contains(UInt8(ascii: "%"))
  }
}
