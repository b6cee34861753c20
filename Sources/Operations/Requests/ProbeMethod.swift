/// How `ping` and `trace-route` probe a host.
package enum ProbeMethod: String, Sendable, Hashable {
  /// An echo request, which any host answers.
  case icmp
  /// A TCP connection: established or refused, both are answers.
  case tcp
  /// A UDP datagram: data or "port unreachable", both are answers.
  case udp
}
