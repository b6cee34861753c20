import Sockets

/// What `ping` and `trace-route` ask a host with.
package enum ProbeMethod: String, Sendable, Hashable {
  /// An echo request: any host answers that one.
  case icmp
  /// A connection: made or refused, both are answers.
  case tcp
  /// A datagram: data or "port unreachable", both are answers.
  case udp
}

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

/// `sock ping`: whether a host answers, and how fast.
package struct PingRequest: Sendable {
  /// Whom, and how.
  package var target: ProbeTarget
  /// How many probes; nil for no end.
  package var count: Int?
  /// From one probe to the next.
  package var interval = Duration.seconds(1)
  /// How long the whole run may take.
  package var deadline: Duration?

  /// A request with the defaults for the rest.
  package init(target: ProbeTarget) { self.target = target }
}

/// `sock trace-route`: by which routers packets reach a host.
package struct TraceRouteRequest: Sendable {
  /// Whom, and how.
  package var target: ProbeTarget
  /// The first hop to ask for, from 1.
  package var firstHop = 1
  /// The last hop to ask for.
  package var maxHops = 30
  /// How many probes each hop gets.
  package var probes = 3
  /// Whether addresses are left without names.
  package var isNumeric = false
  /// How long the whole run may take.
  package var deadline: Duration?

  /// A request with the defaults for the rest.
  package init(target: ProbeTarget) { self.target = target }
}
