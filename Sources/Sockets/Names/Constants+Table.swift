/// Constants without a type in this library, by the headers of Linux 6.1 and glibc 2.36.
extension Constants {
  /// The groups, in the order in which they are listed.
  static let plainGroups: [Group] = [
    ethernetProtocols, can, ipv4Addresses, limits, fileControl, requests, signals, typesOfService, pathDiscovery,
    timestamping, sourceAddresses, filters, routingHeaders, packets, virtualMachines, netlinkGroups, controlTypes,
    tcpStates, epollEvents,
  ]

  static let ethernetProtocols = Group(
    "EtherTypes, and the pseudo types of Linux",
    [
      ("ETH_P_ALL", 0x0003), ("ETH_P_1588", 0x88f7), ("ETH_P_8021AD", 0x88a8), ("ETH_P_8021AH", 0x88e7),
      ("ETH_P_8021Q", 0x8100), ("ETH_P_80221", 0x8917), ("ETH_P_802_2", 0x0004), ("ETH_P_802_3", 0x0001),
      ("ETH_P_802_3_MIN", 0x0600), ("ETH_P_802_EX1", 0x88b5), ("ETH_P_AARP", 0x80f3), ("ETH_P_AF_IUCV", 0xfbfb),
      ("ETH_P_AOE", 0x88a2), ("ETH_P_ARCNET", 0x001a), ("ETH_P_ARP", 0x0806), ("ETH_P_ATALK", 0x809b),
      ("ETH_P_ATMFATE", 0x8884), ("ETH_P_ATMMPOA", 0x884c), ("ETH_P_AX25", 0x0002), ("ETH_P_BATMAN", 0x4305),
      ("ETH_P_BPQ", 0x08ff), ("ETH_P_CAIF", 0x00f7), ("ETH_P_CAN", 0x000c), ("ETH_P_CANFD", 0x000d),
      ("ETH_P_CANXL", 0x000e), ("ETH_P_CFM", 0x8902), ("ETH_P_CONTROL", 0x0016), ("ETH_P_CUST", 0x6006),
      ("ETH_P_DDCMP", 0x0006), ("ETH_P_DEC", 0x6000), ("ETH_P_DIAG", 0x6005), ("ETH_P_DNA_DL", 0x6001),
      ("ETH_P_DNA_RC", 0x6002), ("ETH_P_DNA_RT", 0x6003), ("ETH_P_DSA", 0x001b), ("ETH_P_DSA_8021Q", 0xdadb),
      ("ETH_P_DSA_A5PSW", 0xe001), ("ETH_P_ECONET", 0x0018), ("ETH_P_EDSA", 0xdada), ("ETH_P_ERSPAN", 0x88be),
      ("ETH_P_ERSPAN2", 0x22eb), ("ETH_P_ETHERCAT", 0x88a4), ("ETH_P_FCOE", 0x8906), ("ETH_P_FIP", 0x8914),
      ("ETH_P_HDLC", 0x0019), ("ETH_P_HSR", 0x892f), ("ETH_P_IBOE", 0x8915), ("ETH_P_IEEE802154", 0x00f6),
      ("ETH_P_IEEEPUP", 0x0a00), ("ETH_P_IEEEPUPAT", 0x0a01), ("ETH_P_IFE", 0xed3e), ("ETH_P_IP", 0x0800),
      ("ETH_P_IPV6", 0x86dd), ("ETH_P_IPX", 0x8137), ("ETH_P_IRDA", 0x0017), ("ETH_P_LAT", 0x6004),
      ("ETH_P_LINK_CTL", 0x886c), ("ETH_P_LLDP", 0x88cc), ("ETH_P_LOCALTALK", 0x0009), ("ETH_P_LOOP", 0x0060),
      ("ETH_P_LOOPBACK", 0x9000), ("ETH_P_MACSEC", 0x88e5), ("ETH_P_MAP", 0x00f9), ("ETH_P_MCTP", 0x00fa),
      ("ETH_P_MOBITEX", 0x0015), ("ETH_P_MPLS_MC", 0x8848), ("ETH_P_MPLS_UC", 0x8847), ("ETH_P_MRP", 0x88e3),
      ("ETH_P_MVRP", 0x88f5), ("ETH_P_NCSI", 0x88f8), ("ETH_P_NSH", 0x894f), ("ETH_P_PAE", 0x888e),
      ("ETH_P_PAUSE", 0x8808), ("ETH_P_PHONET", 0x00f5), ("ETH_P_PPPTALK", 0x0010), ("ETH_P_PPP_DISC", 0x8863),
      ("ETH_P_PPP_MP", 0x0008), ("ETH_P_PPP_SES", 0x8864), ("ETH_P_PREAUTH", 0x88c7), ("ETH_P_PROFINET", 0x8892),
      ("ETH_P_PRP", 0x88fb), ("ETH_P_PUP", 0x0200), ("ETH_P_PUPAT", 0x0201), ("ETH_P_QINQ1", 0x9100),
      ("ETH_P_QINQ2", 0x9200), ("ETH_P_QINQ3", 0x9300), ("ETH_P_RARP", 0x8035), ("ETH_P_REALTEK", 0x8899),
      ("ETH_P_SCA", 0x6007), ("ETH_P_SLOW", 0x8809), ("ETH_P_SNAP", 0x0005), ("ETH_P_TDLS", 0x890d),
      ("ETH_P_TEB", 0x6558), ("ETH_P_TIPC", 0x88ca), ("ETH_P_TRAILER", 0x001c), ("ETH_P_TR_802_2", 0x0011),
      ("ETH_P_TSN", 0x22f0), ("ETH_P_WAN_PPP", 0x0007), ("ETH_P_WCCP", 0x883e), ("ETH_P_X25", 0x0805),
      ("ETH_P_XDSA", 0x00f8),
    ])

  private static let can = Group(
    "CAN: bits and masks of identifiers, and errors",
    [
      ("CAN_EFF_FLAG", 0x80000000), ("CAN_RTR_FLAG", 0x40000000), ("CAN_ERR_FLAG", 0x20000000),
      ("CAN_SFF_MASK", 0x7ff), ("CAN_EFF_MASK", 0x1fffffff), ("CAN_ERR_MASK", 0x1fffffff),
      ("CAN_INV_FILTER", 0x20000000), ("CAN_MTU", 16), ("CANFD_MTU", 72), ("CAN_MAX_DLEN", 8), ("CANFD_MAX_DLEN", 64),
      ("CAN_FD_FRAME", 0x800), ("CAN_ERR_ACK", 32), ("CAN_ERR_BUSERROR", 128), ("CAN_ERR_BUSOFF", 64),
      ("CAN_ERR_CNT", 0x200), ("CAN_ERR_CRTL", 4), ("CAN_ERR_LOSTARB", 2), ("CAN_ERR_PROT", 8),
      ("CAN_ERR_RESTARTED", 0x100), ("CAN_ERR_TRX", 16), ("CAN_ERR_TX_TIMEOUT", 1),
    ])

  private static let ipv4Addresses = Group(
    "IPv4 addresses, in host order",
    [
      ("INADDR_ANY", 0), ("INADDR_LOOPBACK", 0x7f000001), ("INADDR_BROADCAST", 0xffffffff),
      ("INADDR_NONE", 0xffffffff), ("INADDR_DUMMY", 0xc0000008), ("INADDR_UNSPEC_GROUP", 0xe0000000),
      ("INADDR_ALLHOSTS_GROUP", 0xe0000001), ("INADDR_ALLRTRS_GROUP", 0xe0000002),
      ("INADDR_ALLSNOOPERS_GROUP", 0xe000006a), ("INADDR_MAX_LOCAL_GROUP", 0xe00000ff),
    ])

  private static let limits = Group(
    "limits",
    [
      ("SOMAXCONN", 4096), ("IOV_MAX", 1024), ("UIO_MAXIOV", 1024), ("FD_SETSIZE", 1024), ("IPPORT_RESERVED", 1024),
      ("IPPORT_USERRESERVED", 5000), ("INET_ADDRSTRLEN", 16), ("INET6_ADDRSTRLEN", 46), ("IP_MAX_MEMBERSHIPS", 20),
      ("IP_DEFAULT_MULTICAST_TTL", 1), ("IP_DEFAULT_MULTICAST_LOOP", 1),
    ])

  private static let fileControl = Group(
    "commands and flags of fcntl",
    [
      ("F_DUPFD", 0), ("F_DUPFD_CLOEXEC", 0x406), ("F_GETFD", 1), ("F_GETFL", 3), ("F_GETOWN", 9),
      ("F_GETPIPE_SZ", 0x408), ("F_GETSIG", 11), ("F_SETFD", 2), ("F_SETFL", 4), ("F_SETOWN", 8),
      ("F_SETPIPE_SZ", 0x407), ("F_SETSIG", 10), ("FD_CLOEXEC", 1), ("O_RDONLY", 0), ("O_WRONLY", 1), ("O_RDWR", 2),
      ("O_NONBLOCK", 0x800), ("O_NDELAY", 0x800), ("O_ASYNC", 0x2000), ("FASYNC", 0x2000), ("O_APPEND", 1024),
      ("O_DIRECT", 0x4000), ("O_CLOEXEC", 0x80000),
    ])

  private static let requests = Group(
    "requests of ioctl",
    [
      ("FIONREAD", 0x541b), ("FIONBIO", 0x5421), ("FIOASYNC", 0x5452), ("SIOCINQ", 0x541b), ("SIOCOUTQ", 0x5411),
      ("SIOCOUTQNSD", 0x894b), ("SIOCATMARK", 0x8905), ("FIOSETOWN", 0x8901), ("FIOGETOWN", 0x8903),
      ("SIOCSPGRP", 0x8902), ("SIOCGPGRP", 0x8904), ("TIOCINQ", 0x541b), ("TIOCOUTQ", 0x5411),
    ])

  private static let signals = Group(
    "signals",
    [
      ("SIGHUP", 1), ("SIGINT", 2), ("SIGQUIT", 3), ("SIGPIPE", 13), ("SIGALRM", 14), ("SIGTERM", 15),
      ("SIGUSR1", 10), ("SIGUSR2", 12), ("SIGCHLD", 17), ("SIGURG", 23), ("SIGIO", 29), ("SIGPOLL", 29),
      ("SIGWINCH", 28),
    ])

  private static let typesOfService = Group(
    "the byte of IP_TOS and IPV6_TCLASS",
    [
      ("IPTOS_CLASS_CS0", 0), ("IPTOS_CLASS_CS1", 32), ("IPTOS_CLASS_CS2", 64), ("IPTOS_CLASS_CS3", 96),
      ("IPTOS_CLASS_CS4", 128), ("IPTOS_CLASS_CS5", 160), ("IPTOS_CLASS_CS6", 192), ("IPTOS_CLASS_CS7", 224),
      ("IPTOS_CLASS_DEFAULT", 0), ("IPTOS_CLASS_MASK", 224), ("IPTOS_DSCP_AF11", 40), ("IPTOS_DSCP_AF12", 48),
      ("IPTOS_DSCP_AF13", 56), ("IPTOS_DSCP_AF21", 72), ("IPTOS_DSCP_AF22", 80), ("IPTOS_DSCP_AF23", 88),
      ("IPTOS_DSCP_AF31", 104), ("IPTOS_DSCP_AF32", 112), ("IPTOS_DSCP_AF33", 120), ("IPTOS_DSCP_AF41", 136),
      ("IPTOS_DSCP_AF42", 144), ("IPTOS_DSCP_AF43", 152), ("IPTOS_DSCP_EF", 184), ("IPTOS_DSCP_MASK", 252),
      ("IPTOS_ECN_CE", 3), ("IPTOS_ECN_ECT0", 2), ("IPTOS_ECN_ECT1", 1), ("IPTOS_ECN_MASK", 3),
      ("IPTOS_ECN_NOT_ECT", 0), ("IPTOS_LOWCOST", 2), ("IPTOS_LOWDELAY", 16), ("IPTOS_MINCOST", 2),
      ("IPTOS_PREC_CRITIC_ECP", 160), ("IPTOS_PREC_FLASH", 96), ("IPTOS_PREC_FLASHOVERRIDE", 128),
      ("IPTOS_PREC_IMMEDIATE", 64), ("IPTOS_PREC_INTERNETCONTROL", 192), ("IPTOS_PREC_MASK", 224),
      ("IPTOS_PREC_NETCONTROL", 224), ("IPTOS_PREC_PRIORITY", 32), ("IPTOS_PREC_ROUTINE", 0),
      ("IPTOS_RELIABILITY", 4), ("IPTOS_THROUGHPUT", 8), ("IPTOS_TOS_MASK", 30),
    ])

  private static let pathDiscovery = Group(
    "path MTU discovery",
    [
      ("IPV6_PMTUDISC_DO", 2), ("IPV6_PMTUDISC_DONT", 0), ("IPV6_PMTUDISC_INTERFACE", 4), ("IPV6_PMTUDISC_OMIT", 5),
      ("IPV6_PMTUDISC_PROBE", 3), ("IPV6_PMTUDISC_WANT", 1), ("IP_PMTUDISC_DO", 2), ("IP_PMTUDISC_DONT", 0),
      ("IP_PMTUDISC_INTERFACE", 4), ("IP_PMTUDISC_OMIT", 5), ("IP_PMTUDISC_PROBE", 3), ("IP_PMTUDISC_WANT", 1),
    ])

  private static let timestamping = Group(
    "flags of SO_TIMESTAMPING",
    [
      ("SOF_TIMESTAMPING_TX_HARDWARE", 1), ("SOF_TIMESTAMPING_TX_SOFTWARE", 2), ("SOF_TIMESTAMPING_RX_HARDWARE", 4),
      ("SOF_TIMESTAMPING_RX_SOFTWARE", 8), ("SOF_TIMESTAMPING_SOFTWARE", 16), ("SOF_TIMESTAMPING_SYS_HARDWARE", 32),
      ("SOF_TIMESTAMPING_RAW_HARDWARE", 64), ("SOF_TIMESTAMPING_OPT_ID", 128), ("SOF_TIMESTAMPING_TX_SCHED", 0x100),
      ("SOF_TIMESTAMPING_TX_ACK", 0x200), ("SOF_TIMESTAMPING_OPT_CMSG", 1024), ("SOF_TIMESTAMPING_OPT_TSONLY", 0x800),
      ("SOF_TIMESTAMPING_OPT_STATS", 4096), ("SOF_TIMESTAMPING_OPT_PKTINFO", 0x2000),
      ("SOF_TIMESTAMPING_OPT_TX_SWHW", 0x4000), ("SOF_TIMESTAMPING_BIND_PHC", 0x8000),
    ])

  private static let sourceAddresses = Group(
    "preferences for the source address: RFC 5014",
    [
      ("IPV6_PREFER_SRC_TMP", 1), ("IPV6_PREFER_SRC_PUBLIC", 2), ("IPV6_PREFER_SRC_PUBTMP_DEFAULT", 0x100),
      ("IPV6_PREFER_SRC_COA", 4), ("IPV6_PREFER_SRC_HOME", 1024), ("IPV6_PREFER_SRC_CGA", 8),
      ("IPV6_PREFER_SRC_NONCGA", 0x800),
    ])

  private static let filters = Group(
    "modes of source filters",
    [
      ("MCAST_INCLUDE", 1), ("MCAST_EXCLUDE", 0),
    ])

  private static let routingHeaders = Group(
    "types of routing headers",
    [
      ("IPV6_RTHDR_TYPE_0", 0), ("IPV6_RTHDR_LOOSE", 0), ("IPV6_RTHDR_STRICT", 1),
    ])

  private static let packets = Group(
    "packet sockets",
    [
      ("PACKET_BROADCAST", 1), ("PACKET_FANOUT_CBPF", 6), ("PACKET_FANOUT_CPU", 2), ("PACKET_FANOUT_DATA", 22),
      ("PACKET_FANOUT_EBPF", 7), ("PACKET_FANOUT_FLAG_DEFRAG", 0x8000), ("PACKET_FANOUT_FLAG_ROLLOVER", 4096),
      ("PACKET_FANOUT_FLAG_UNIQUEID", 0x2000), ("PACKET_FANOUT_HASH", 0), ("PACKET_FANOUT_LB", 1),
      ("PACKET_FANOUT_QM", 5), ("PACKET_FANOUT_RND", 4), ("PACKET_FANOUT_ROLLOVER", 3), ("PACKET_HOST", 0),
      ("PACKET_KERNEL", 7), ("PACKET_LOOPBACK", 5), ("PACKET_MR_ALLMULTI", 2), ("PACKET_MR_MULTICAST", 0),
      ("PACKET_MR_PROMISC", 1), ("PACKET_MR_UNICAST", 3), ("PACKET_MULTICAST", 2), ("PACKET_OTHERHOST", 3),
      ("PACKET_OUTGOING", 4), ("PACKET_USER", 6),
    ])

  private static let virtualMachines = Group(
    "vsock addresses",
    [
      ("VMADDR_CID_ANY", 0xffffffff), ("VMADDR_CID_HOST", 2), ("VMADDR_CID_HYPERVISOR", 0), ("VMADDR_CID_LOCAL", 1),
      ("VMADDR_PORT_ANY", 0xffffffff),
    ])

  private static let netlinkGroups = Group(
    "groups and flags of netlink",
    [
      ("RTMGRP_DECnet_IFADDR", 4096), ("RTMGRP_DECnet_ROUTE", 0x4000), ("RTMGRP_IPV4_IFADDR", 16),
      ("RTMGRP_IPV4_MROUTE", 32), ("RTMGRP_IPV4_ROUTE", 64), ("RTMGRP_IPV4_RULE", 128), ("RTMGRP_IPV6_IFADDR", 0x100),
      ("RTMGRP_IPV6_IFINFO", 0x800), ("RTMGRP_IPV6_MROUTE", 0x200), ("RTMGRP_IPV6_PREFIX", 0x20000),
      ("RTMGRP_IPV6_ROUTE", 1024), ("RTMGRP_LINK", 1), ("RTMGRP_NEIGH", 4), ("RTMGRP_NOTIFY", 2), ("RTMGRP_TC", 8),
      ("NLM_F_ACK", 4), ("NLM_F_ACK_TLVS", 0x200), ("NLM_F_APPEND", 0x800), ("NLM_F_ATOMIC", 1024),
      ("NLM_F_BULK", 0x200), ("NLM_F_CAPPED", 0x100), ("NLM_F_CREATE", 1024), ("NLM_F_DUMP", 0x300),
      ("NLM_F_DUMP_FILTERED", 32), ("NLM_F_DUMP_INTR", 16), ("NLM_F_ECHO", 8), ("NLM_F_EXCL", 0x200),
      ("NLM_F_MATCH", 0x200), ("NLM_F_MULTI", 2), ("NLM_F_NONREC", 0x100), ("NLM_F_REPLACE", 0x100),
      ("NLM_F_REQUEST", 1), ("NLM_F_ROOT", 0x100),
    ])

  private static let controlTypes = Group(
    "types of control messages",
    [
      ("SCM_RIGHTS", 1), ("SCM_CREDENTIALS", 2), ("SCM_SECURITY", 3), ("SCM_PIDFD", 4), ("SCM_TIMESTAMP", 29),
      ("SCM_TIMESTAMPNS", 35), ("SCM_TIMESTAMPING", 37), ("SCM_TIMESTAMPING_OPT_STATS", 54),
      ("SCM_TIMESTAMPING_PKTINFO", 58), ("SCM_TXTIME", 61), ("SCM_WIFI_STATUS", 41), ("SCM_DEVMEM_LINEAR", 78),
      ("SCM_DEVMEM_DMABUF", 79),
    ])

  private static let tcpStates = Group(
    "states of TCP",
    [
      ("TCP_ESTABLISHED", 1), ("TCP_SYN_SENT", 2), ("TCP_SYN_RECV", 3), ("TCP_FIN_WAIT1", 4), ("TCP_FIN_WAIT2", 5),
      ("TCP_TIME_WAIT", 6), ("TCP_CLOSE", 7), ("TCP_CLOSE_WAIT", 8), ("TCP_LAST_ACK", 9), ("TCP_LISTEN", 10),
      ("TCP_CLOSING", 11),
    ])

  private static let epollEvents = Group(
    "events of epoll",
    [
      ("EPOLLIN", 1), ("EPOLLPRI", 2), ("EPOLLOUT", 4), ("EPOLLERR", 8), ("EPOLLHUP", 16), ("EPOLLRDNORM", 64),
      ("EPOLLRDBAND", 128), ("EPOLLWRNORM", 0x100), ("EPOLLWRBAND", 0x200), ("EPOLLMSG", 1024),
      ("EPOLLRDHUP", 0x2000), ("EPOLLEXCLUSIVE", 0x10000000), ("EPOLLWAKEUP", 0x20000000),
      ("EPOLLONESHOT", 0x40000000), ("EPOLLET", 0x80000000),
    ])
}
