import Sockets

/// The host to probe, and the options common to `ping` and `trace-route`.
package struct ProbeTarget: Sendable {
  /// A name or an address.
  package var host: String
  /// A port or a service; nil for ICMP, and if the verb chooses the ports.
  package var service: String?
  /// The kind of probe.
  package var method: ProbeMethod
  /// `AF_INET`, `AF_INET6`, or unspecified for the first address that the resolver returns.
  package var family = AddressFamily.unspecified
  /// `-s`: the local address.
  package var source: String?
  /// `--ttl`, `--tos`, `--interface`, `--broadcast`.
  package var packets = PacketOptions()
  /// `-o NAME=VALUE`, in the order given.
  package var socketOptions: [SocketOptionAssignment] = []
  /// How long to wait for each answer.
  package var timeout: Duration
  /// The number of data bytes in a probe; a TCP probe has none.
  package var size: Int

  /// A target with defaults for the rest.
  package init(host: String, service: String?, method: ProbeMethod, timeout: Duration, size: Int) {
    self.host = host
    self.service = service
    self.method = method
    self.timeout = timeout
    self.size = size
  }
}
