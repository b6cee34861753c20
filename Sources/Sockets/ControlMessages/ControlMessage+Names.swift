// The names of the types of control messages. Most are those of the socket option with the same number.
extension ControlMessage {
  /// The C name of a type; nil if it has none.
  public static func typeName(level: OptionLevel, type: CInt) -> String? {
    if let name = typeNames[level]?.first(where: { $0.value == type })?.name { return name }
    return SocketOption.catalogue.first { $0.level == level && $0.number == type }?.name
  }

  /// The type with a C name, in any case, or a number.
  public static func type(named text: String, level: OptionLevel) -> CInt? {
    if let number = (typeNames[level] ?? []).value(named: text) { return number }
    let wanted = text.uppercased()
    return SocketOption.catalogue.first { $0.level == level && $0.name == wanted }?.number
      ?? SocketOption.named(text, level: level)?.number
  }

  /// The types of a level that have a name of their own.
  static let typeNames: [OptionLevel: [(value: CInt, name: String)]] = [
    .socket: [
      (1, "SCM_RIGHTS"), (2, "SCM_CREDENTIALS"), (3, "SCM_SECURITY"), (4, "SCM_PIDFD"), (29, "SCM_TIMESTAMP"),
      (35, "SCM_TIMESTAMPNS"), (37, "SCM_TIMESTAMPING"), (41, "SCM_WIFI_STATUS"), (54, "SCM_TIMESTAMPING_OPT_STATS"),
      (58, "SCM_TIMESTAMPING_PKTINFO"), (61, "SCM_TXTIME"), (78, "SCM_DEVMEM_LINEAR"), (79, "SCM_DEVMEM_DMABUF"),
      (81, "SCM_TS_OPT_ID"), (84, "SCM_INQ"),
    ],
    .ip: [
      (3, "SCM_SECURITY"), (6, "IP_RECVOPTS"), (20, "IP_ORIGDSTADDR"), (23, "IP_CHECKSUM"), (25, "IP_RECVFRAGSIZE"),
    ],
    .ipv6: [
      (8, "IPV6_2292HOPLIMIT"), (11, "IPV6_FLOWINFO"), (52, "IPV6_HOPLIMIT"), (74, "IPV6_ORIGDSTADDR"),
      (77, "IPV6_RECVFRAGSIZE"),
    ],
    .tcp: [(36, "TCP_CM_INQ")],
    .udp: [(103, "UDP_SEGMENT"), (104, "UDP_GRO")],
    .sctp: [
      (0, "SCTP_INIT"), (1, "SCTP_SNDRCV"), (2, "SCTP_SNDINFO"), (3, "SCTP_RCVINFO"), (4, "SCTP_NXTINFO"),
      (5, "SCTP_PRINFO"), (6, "SCTP_AUTHINFO"), (7, "SCTP_DSTADDRV4"), (8, "SCTP_DSTADDRV6"),
    ],
    .packet: [(8, "PACKET_AUXDATA"), (16, "PACKET_TX_TIMESTAMP")],
    .netlink: [(3, "NETLINK_PKTINFO"), (8, "NETLINK_LISTEN_ALL_NSID")],
    .tipc: [(1, "TIPC_ERRINFO"), (2, "TIPC_RETDATA"), (3, "TIPC_DESTNAME")],
    .algorithm: [(1, "ALG_SET_KEY"), (2, "ALG_SET_IV"), (3, "ALG_SET_OP"), (4, "ALG_SET_AEAD_ASSOCLEN")],
    .tls: [(1, "TLS_SET_RECORD_TYPE"), (2, "TLS_GET_RECORD_TYPE")],
  ]
}
