/// What would make a failed call succeed.
///
/// Advice is data: each front end puts it into its own words. For `SO_BROADCAST`, `sock connect` names its option
/// `--broadcast`, and the shell writes `setsockopt SOCKET SO_BROADCAST 1`.
public enum Advice: Hashable, Sendable {
  /// Run with this capability: `CAP_NET_RAW`. See capabilities(7).
  case needsCapability(String)
  /// Have an administrator change this sysctl so that it covers the caller's group: `net.ipv4.ping_group_range`.
  case needsSetting(String)
  /// Set this flag of the socket first; the purpose reads `to send to a broadcast address`.
  case setOption(String, purpose: String)
  /// Use one of these transports, which need none of the above: `tcp`.
  case useTransport([String])

  /// The privilege that is missing: the capability or the sysctl.
  public var privilege: String? {
    switch self {
    case .needsCapability(let name), .needsSetting(let name): name
    case .setOption, .useTransport: nil
    }
  }
}
