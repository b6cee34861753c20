import Sockets

/// What `ping` and `trace-route` ask a host with.
public enum ProbeMethod: String, Sendable, Hashable {
  /// An echo request: any host answers that one.
  case icmp
  /// A connection: made or refused, both are answers.
  case tcp
  /// A datagram: data or "port unreachable", both are answers.
  case udp
}

/// Whom to probe, and how: what `ping` and `trace-route` have in common.
public struct ProbeTarget: Sendable {
  /// A name or an address.
  public var host: String
  /// A port or a service; nil for ICMP, and where the verb picks ports itself.
  public var service: String?
  /// With what.
  public var method: ProbeMethod
  /// `AF_INET`, `AF_INET6`, or unspecified for the first that the resolver gives.
  public var family = AddressFamily.unspecified
  /// `-s`: the local address.
  public var source: String?
  /// `--ttl`, `--tos`, `--interface`, `--broadcast`.
  public var packets = PacketOptions()
  /// `-o NAME=VALUE`, in the order given.
  public var socketOptions: [SocketOptionAssignment] = []
  /// How long to wait for each answer.
  public var timeout: Duration
  /// How many bytes of data a probe carries; TCP has none.
  public var size: Int

  /// A target with the defaults for the rest.
  public init(host: String, service: String?, method: ProbeMethod, timeout: Duration, size: Int) {
    self.host = host
    self.service = service
    self.method = method
    self.timeout = timeout
    self.size = size
  }
}

/// `sock ping`: whether a host answers, and how fast.
public struct PingRequest: Sendable {
  /// Whom, and how.
  public var target: ProbeTarget
  /// How many probes; nil for no end.
  public var count: Int?
  /// From one probe to the next.
  public var interval = Duration.seconds(1)
  /// How long the whole run may take.
  public var deadline: Duration?

  /// A request with the defaults for the rest.
  public init(target: ProbeTarget) { self.target = target }
}

/// `sock trace-route`: by which routers packets reach a host.
public struct TraceRouteRequest: Sendable {
  /// Whom, and how.
  public var target: ProbeTarget
  /// The first hop to ask for, from 1.
  public var firstHop = 1
  /// The last hop to ask for.
  public var maxHops = 30
  /// How many probes each hop gets.
  public var probes = 3
  /// Whether addresses are left without names.
  public var isNumeric = false
  /// How long the whole run may take.
  public var deadline: Duration?

  /// A request with the defaults for the rest.
  public init(target: ProbeTarget) { self.target = target }
}
