/// What `ping` and `trace-route` ask a host with.
package enum ProbeMethod: String, Sendable, Hashable {
  /// An echo request: any host answers that one.
  case icmp
  /// A connection: made or refused, both are answers.
  case tcp
  /// A datagram: data or "port unreachable", both are answers.
  case udp
}
