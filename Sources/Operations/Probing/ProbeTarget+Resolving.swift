import SocketLoop
import Sockets

/// Probes report what they learn themselves.
private struct Silent: EventSink {
  func emit(_ event: Event) {}
}

@LoopActor
extension ProbeTarget {
  /// The address to probe: the first that the resolver gives.
  func address() async throws(OperationError) -> SocketAddress {
    try await resolve(host, service ?? "0", family: family)
  }

  /// The local address, of the family of the one to probe.
  func sourceAddress(for address: SocketAddress) async throws(OperationError) -> SocketAddress? {
    guard let source else { return nil }
    do throws(OperationError) {
      return try await resolve(source, "0", family: address.family)
    } catch {
      throw OperationError(error.cause, "--source: \(error.message)", errorNumber: error.errorNumber)
    }
  }

  private func resolve(
    _ host: String, _ service: String, family: AddressFamily
  ) async throws(OperationError) -> SocketAddress {
    let resolver = EndpointResolver(
      transport: method == .tcp ? .tcp : .udp, family: family, journal: Journal(Silent()))
    guard let first = try await resolver.lookUp(host: host, service: service, role: .peer).first else {
      throw OperationError(.nameNotFound, "\(host) has no address")
    }
    return first
  }

  /// Why the very first probe could not even be made.
  static func cannotProbe(_ error: SystemError, _ method: ProbeMethod, _ address: SocketAddress) -> OperationError {
    if method == .icmp, error.call == "socket", error.number == .notPermitted || error.number == .permissionDenied {
      return OperationError(
        .notPermitted,
        "ICMP echo is not permitted: \(error)\nit needs CAP_NET_RAW, or a group within net.ipv4.ping_group_range;"
          + " --tcp and --udp need neither", errorNumber: error.number)
    }
    switch error.call {
    case "socket", "setsockopt": return OperationError(error, while: .opening)
    case "bind": return OperationError(error, while: .binding)
    default: return OperationError(error.about("to \(address.host)"), while: .connecting)
    }
  }
}
