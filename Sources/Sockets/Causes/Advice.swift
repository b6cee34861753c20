/// What would make a failed call succeed.
///
/// Advice is data, which each front end puts into its own words. For `SO_BROADCAST`, `sock connect` suggests its option
/// `--broadcast`, and the shell suggests `setsockopt SOCKET SO_BROADCAST 1`.
public enum Advice: Hashable, Sendable {
  /// Run with this capability: `CAP_NET_RAW`. See capabilities(7).
  case needsCapability(String)
  /// Have an administrator change this sysctl to include the caller's group: `net.ipv4.ping_group_range`.
  case needsSetting(String)
  /// Enable this socket option first; the purpose reads `to send to a broadcast address`.
  case setOption(String, purpose: String)
  /// Use one of these transports, which need no privilege: `tcp`.
  case useTransport([String])
  /// Use the protocol that has the service.
  case useProtocol(TransportProtocol)
  /// Choose the interface that datagrams to a multicast group leave by: no route leads to the group.
  case chooseInterface
  /// Name the interface on which to join this multicast group: no route chooses one.
  case joinOnInterface(IPAddress)
  /// Look at this, outside of the program: `that the server is running, and the port`.
  case check(String)

  /// The missing privilege: a capability or a sysctl.
  public var privilege: String? {
    switch self {
    case .needsCapability(let name), .needsSetting(let name): name
    case .setOption, .useTransport, .useProtocol, .chooseInterface, .joinOnInterface, .check: nil
    }
  }
}
