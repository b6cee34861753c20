extension Transport {
  /// What a call takes that is not everyone's, a capability or a setting of the kernel; nil where anyone may, or where it
  /// depends on the address.
  public func privilege(for call: String) -> String? {
    switch addressing {
    case .internet where call == "socket":
      if type == .raw { return "CAP_NET_RAW" }
      let isEcho = type == .datagram && (protocolNumber == .icmp || protocolNumber == .icmpv6)
      return isEcho ? "net.ipv4.ping_group_range" : nil
    case .internet: return nil
    case .family(let family): return family.addressType?.capability(for: call, protocolNumber)
    }
  }

  /// What was missing when a call was refused (`EPERM`, `EACCES`); nil where it is not known.
  public func privilege(for error: SystemError) -> String? {
    switch error.call {
    case "setsockopt":
      SocketOption.named(String(error.subject.prefix { $0 != "=" }))?.capability
        ?? (error.number == .notPermitted ? "CAP_NET_ADMIN" : nil)
    // A port below net.ipv4.ip_unprivileged_port_start.
    case "bind" where error.number == .permissionDenied && isOverIP: "CAP_NET_BIND_SERVICE"
    default: privilege(for: error.call)
    }
  }
}
