extension ErrorCause {
  /// Every row.
  public static let all: [ErrorCause] =
    opening + naming + connecting + sending + receiving + options + lookups
    + AddressFamily.addressTypes.flatMap { type in type.causes.map { $0.within(type.family) } }

  private static let opening = [
    ErrorCause("socket", "EAFNOSUPPORT", "this kernel lacks the address family"),
    ErrorCause("socket", "EPROTONOSUPPORT", "the family has no such protocol"),
    ErrorCause("socket", "ESOCKTNOSUPPORT", "the family has no sockets of this type"),
    ErrorCause(
      "socket", "EPERM EACCES", on: .raw, "raw sockets need CAP_NET_RAW", .needsCapability("CAP_NET_RAW")),
    ErrorCause(
      "socket", "EACCES EPERM", on: .ping, "the group of the process is outside net.ipv4.ping_group_range",
      .needsSetting("net.ipv4.ping_group_range")),
    ErrorCause("socket socketpair accept accept4", "EMFILE", "the process has reached its limit of open files"),
    ErrorCause("socketpair", "EOPNOTSUPP", "only Unix and TIPC sockets come in pairs"),
    ErrorCause("close", "EBADF", "the socket is closed already"),
  ]

  private static let naming = [
    ErrorCause(
      "bind", "EADDRINUSE",
      "another socket has the address, or a connection in TIME_WAIT has it and SO_REUSEADDR is off"),
    ErrorCause(
      "bind", "EADDRNOTAVAIL", "no interface of this host has the address",
      .check("the address: ip address lists those of this host")),
    ErrorCause(
      "bind", "EACCES", on: .ip, "a port below net.ipv4.ip_unprivileged_port_start (1024) needs CAP_NET_BIND_SERVICE",
      .needsCapability("CAP_NET_BIND_SERVICE")),
    ErrorCause("bind", "EINVAL", "the socket is bound already"),
    ErrorCause("listen", "EADDRINUSE", "another socket is listening on the port"),
    ErrorCause("listen", "EOPNOTSUPP", "sockets of this type do not listen"),
    ErrorCause("shutdown getpeername", "ENOTCONN", "the socket is not connected, or no longer"),
    ErrorCause("select", "EBADF", "a descriptor of 1024 or above does not fit into the sets: use poll"),
    ErrorCause("if_nametoindex", "ENODEV", "no interface has this name"),
    ErrorCause("if_indextoname", "ENXIO", "no interface has this index"),
  ]

  private static let connecting = [
    ErrorCause(
      "connect", "ECONNREFUSED", "the host answered, and nothing listens on that port",
      .check("that the server is running, and its port")),
    ErrorCause("connect", "EBADRQC", on: .dccp, "the listener has another service code"),
    ErrorCause(
      "connect", "ETIMEDOUT", "no answer: a firewall drops the packets, or the host is down",
      .check("that the host is up, and how far packets get")),
    ErrorCause("connect", "EINPROGRESS", "the socket is non-blocking: poll for POLLOUT, then read SO_ERROR"),
    ErrorCause(
      "connect", "ENETUNREACH", "this host has no route to that network",
      .check("the address, and the routes of this host")),
    ErrorCause(
      "connect", "EHOSTUNREACH EHOSTDOWN",
      "no machine on that network has the address, or a router or a firewall says that it cannot be reached",
      .check("the address, and that the host is up")),
    ErrorCause("connect", "ENETDOWN", "the interface that leads there is down", .check("that it is up")),
    ErrorCause("connect", "ECONNRESET", "the peer, or something between here and there, reset the connection"),
    ErrorCause("connect", "EISCONN", "the socket is connected already"),
    ErrorCause(
      "connect", "EADDRNOTAVAIL", "no local port is left for this peer",
      .check("net.ipv4.ip_local_port_range, and the connections in TIME_WAIT")),
    ErrorCause(
      "connect", "EACCES", on: .datagrams, "the address is a broadcast address, and SO_BROADCAST is off",
      .setOption("SO_BROADCAST", purpose: "to send to a broadcast address")),
    ErrorCause(
      "connect", "EACCES EPERM", on: .ip, "the firewall or the routes of this host forbid it",
      .check("the rules of nft or iptables here, and the routes")),
    ErrorCause(
      "connect", "EINVAL", on: .ip, "a route of this host discards what is sent there (blackhole)",
      .check("the routes of this host")),
    ErrorCause(
      "connect", "ENOENT", on: .unix, "nothing is at that path",
      .check("the path, and that the server is running")),
    ErrorCause(
      "connect", "ECONNREFUSED", on: .unix, "no process listens there: its owner has ended, or it is no socket",
      .check("the path, and that the server is running")),
    ErrorCause("connect", "ENOTDIR", on: .unix, "a part of the path is no directory", .check("the path")),
    ErrorCause(
      "connect", "EACCES", on: .unix, "the socket, or a directory on the way to it, is not open to this user",
      .check("their permissions")),
    ErrorCause(
      "accept accept4", "EAGAIN",
      "no connection is waiting, and the socket is non-blocking or SO_RCVTIMEO has expired; one that poll reported may be "
        + "gone: its client reset it, or another process took it"),
    ErrorCause("accept accept4", "ECONNABORTED", "the connection was aborted before it was taken: take the next one"),
    ErrorCause(
      "accept accept4", "EPROTO ENETDOWN EHOSTUNREACH ENETUNREACH",
      "a network error was pending on the new connection: take the next one"),
    ErrorCause("accept accept4", "EOPNOTSUPP", "sockets of this type do not listen"),
    ErrorCause("accept accept4", "EINVAL", "the socket is not listening"),
  ]

  private static let sends = "send sendto write sendmsg"
  private static let sending = [
    ErrorCause(sends, "EAGAIN", "the send buffer is full, and the call is non-blocking or SO_SNDTIMEO has expired"),
    ErrorCause(sends, "EPIPE", "the peer closed the connection, or this side shut down sending"),
    ErrorCause(sends, "ECONNRESET", "the peer reset the connection"),
    ErrorCause(sends, "EMSGSIZE", "the message is longer than a datagram can be"),
    ErrorCause(sends, "ENOTCONN", "the socket is not connected"),
    ErrorCause(sends, "ECONNREFUSED", "an earlier datagram reached a closed port"),
    ErrorCause(
      sends, "EPERM", on: .ip, "the firewall of this host does not let it out",
      .check("the rules of nft or iptables here")),
    ErrorCause(sends, "EDESTADDRREQ", "the socket is not connected, and the call names no address"),
  ]

  private static let receives = "recv recvfrom read recvmsg"
  private static let receiving = [
    ErrorCause(receives, "EAGAIN", "nothing to read, and the call is non-blocking or SO_RCVTIMEO has expired"),
    ErrorCause(receives, "ECONNRESET", "the peer reset the connection"),
    ErrorCause(receives, "ENOTCONN", "the socket is not connected"),
    ErrorCause(receives, "ECONNREFUSED", "an earlier datagram reached a closed port"),
    ErrorCause(receives, "EINVAL", "MSG_OOB was given, and there is no urgent data"),
  ]

  private static let options = [
    ErrorCause("getsockopt setsockopt", "ENOPROTOOPT", "the socket, or this kernel, has no such option"),
    ErrorCause("getsockopt", "ENOTCONN", "the option needs a connected socket"),
    ErrorCause("setsockopt", "EPERM", "the option needs a capability, usually CAP_NET_ADMIN"),
    ErrorCause("setsockopt", "EINVAL", "the value is out of range, or the socket is in the wrong state for it"),
    ErrorCause(
      "setsockopt", "ENOENT", on: .option("TCP_CONGESTION"),
      "this kernel has \(CongestionControl.available.joined(separator: ", "))"),
    ErrorCause(
      "setsockopt", "ENOENT", on: .option("TCP_ULP"),
      "this kernel has no such protocol; for tls, load the module tls"),
    ErrorCause("setsockopt", "ENOPROTOOPT", on: .level(.tls), "the connection takes TCP_ULP=tls before it"),
  ]

  private static let hosts = "gethostbyname gethostbyaddr"
  private static let lookups = [
    ErrorCause("getaddrinfo getnameinfo", "EAI_NONAME", "no such host or service"),
    ErrorCause("getaddrinfo getnameinfo", "EAI_AGAIN", "the name server did not answer"),
    ErrorCause("getaddrinfo getnameinfo", "EAI_SERVICE", "sockets of this type have no such service"),
    ErrorCause("getaddrinfo getnameinfo", "EAI_FAIL", "the name server refused, or its answer is damaged"),
    ErrorCause("getaddrinfo", "EAI_NODATA", "the name exists, but has no address of this family"),
    ErrorCause("getaddrinfo getnameinfo", "EAI_ADDRFAMILY EAI_FAMILY", "the name or address is not of this family"),
    ErrorCause(hosts, "HOST_NOT_FOUND", "no such host: the name servers and /etc/hosts know no such name or address"),
    ErrorCause(hosts, "TRY_AGAIN", "the name server did not answer, or could not tell: try again later"),
    ErrorCause(hosts, "NO_RECOVERY", "the name server refused, or its answer is damaged"),
    ErrorCause(hosts, "NO_DATA", "the name exists, but has no address of this family"),
  ]
}

// The sockets that rows of the table apply to.
extension ErrorCause.Scope {
  fileprivate static let unix = Self.sockets("Unix") { $0.addressing == .unix }
  fileprivate static let ip = Self.sockets("IP") { $0.isOverIP }
  fileprivate static let raw = Self.sockets("raw") { $0.isOverIP && $0.type == .raw }
  fileprivate static let ping = Self.sockets("ping") {
    $0.isOverIP && $0.type == .datagram && ($0.protocolNumber == .icmp || $0.protocolNumber == .icmpv6)
  }
  fileprivate static let datagrams = Self.sockets("datagrams") { $0.reportsNetworkErrors }
  fileprivate static let dccp = Self.sockets("dccp") { $0.protocolNumber == .dccp }
}
