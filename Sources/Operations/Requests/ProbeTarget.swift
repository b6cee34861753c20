import Sockets

/// Whom to probe, and how: what `ping` and `trace-route` have in common.
package struct ProbeTarget: Sendable {
  /// A name or an address.
  package var host: String
  /// A port or a service; nil for ICMP, and where the verb picks ports itself.
  package var service: String?
  /// With what.
  package var method: ProbeMethod
  /// `AF_INET`, `AF_INET6`, or unspecified for the first that the resolver gives.
  package var family = AddressFamily.unspecified
  /// `-s`: the local address.
  package var source: String?
  /// `--ttl`, `--tos`, `--interface`, `--broadcast`.
  package var packets = PacketOptions()
  /// `-o NAME=VALUE`, in the order given.
  package var socketOptions: [SocketOptionAssignment] = []
  /// How long to wait for each answer.
  package var timeout: Duration
  /// How many bytes of data a probe carries; TCP has none.
  package var size: Int

  /// A target with the defaults for the rest.
  package init(host: String, service: String?, method: ProbeMethod, timeout: Duration, size: Int) {
    self.host = host
    self.service = service
    self.method = method
    self.timeout = timeout
    self.size = size
  }
}
