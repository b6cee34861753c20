/// How `ping` and `trace-route` probe a host.
package enum ProbeMethod: String, Sendable, Hashable {
  /// An echo request, which any host answers.
  case icmp
  /// A TCP connection; both an accepted and a refused one are answers.
  case tcp
  /// A UDP datagram; both data and "port unreachable" are answers.
  case udp
}
