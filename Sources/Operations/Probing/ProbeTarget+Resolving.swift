import SocketLoop
import Sockets

@LoopActor
extension ProbeTarget {
  /// The address to probe: the first that the resolver returns.
  func address() async throws(OperationError) -> SocketAddress {
    let address = try await resolve(host, service ?? "0", family: family)
    switch address.contents {
    // The kernel takes wildcard addresses for this host, so name the loopback address.
    case .ipv4(.any, let port): return .ipv4(.loopback, port: port)
    case .ipv6(.any, let port, _): return .ipv6(.loopback, port: port)
    case .ipv6(let inner, _, _) where inner.mappedIPv4 != nil:
      throw OperationError(.usage, "'\(host)' is an IPv4 address, which is probed over IPv4 only: leave --ipv6 out")
    default: return address
    }
  }

  /// The local address, of the same family as the address to probe.
  func sourceAddress(for address: SocketAddress) async throws(OperationError) -> SocketAddress? {
    guard let source else { return nil }
    do throws(OperationError) {
      return try await resolve(source, "0", family: address.family)
    } catch {
      var error = error
      error.message = "--source: \(error.message)"
      throw error
    }
  }

  /// The interface that the user chose; nil for none.
  var interface: UInt32? { packets.interface ?? socketOptions.interface }

  private var transport: Transport { method == .tcp ? .tcp : method == .udp ? .udp : .raw }

  private func resolve(
    _ host: String, _ service: String, family: AddressFamily
  ) async throws(OperationError) -> SocketAddress {
    let resolver = EndpointResolver(
      transport: transport, family: family, reporter: .silent, interface: interface)
    guard let first = try await resolver.lookUp(host: host, service: service, role: .peer).first else {
      throw OperationError(.nameNotFound, "\(host) has no address")
    }
    return first
  }

  /// Opens a socket as every probe does, so that an error common to all probes is reported once.
  func check(_ address: SocketAddress, _ source: SocketAddress?) throws(OperationError) {
    do throws(SystemError) {
      try ProbeSocket(self, to: address, source: source).close()
      guard source != nil else { return }
      // Except over TCP, connect(2) sends nothing, and shows whether there is a route from this source.
      var target = self
      if method == .tcp { (target.method, target.socketOptions) = (.udp, []) }
      let socket = try ProbeSocket(target, to: address, source: source)
      defer { socket.close() }
      try socket.connect()
    } catch {
      throw cannotProbe(error, address)
    }
  }

  /// The error of a probe that could not be made.
  func cannotProbe(_ error: SystemError, _ address: SocketAddress) -> OperationError {
    switch (error.call, error.number) {
    case ("socket", .notPermitted) where method == .icmp, ("socket", .permissionDenied) where method == .icmp:
      return OperationError(
        .notPermitted, "ICMP echo is not permitted: \(error)", errorNumber: error.number,
        advice: [
          .needsCapability("CAP_NET_RAW"), .needsSetting("net.ipv4.ping_group_range"), .useTransport(["tcp", "udp"]),
        ])
    case ("socket", _), ("setsockopt", _), ("bind", _): return OperationError(opening: error, transport: transport)
    case ("connect", .permissionDenied) where !packets.broadcast:
      return OperationError(
        .notPermitted, "\(address.host): \(error.number)", errorNumber: error.number,
        advice: [.setOption("SO_BROADCAST", purpose: "to ask all hosts of a broadcast address")])
    case ("connect", .invalidArgument) where source != nil:
      return OperationError(
        .unreachable, "\(address.host) cannot be reached from the source \(source ?? "")", errorNumber: error.number)
    default:
      return OperationError(error.about("to \(address.host)"), while: .connecting)
        .advised(onGroup: address, interface: interface, isStream: method == .tcp)
    }
  }
}
