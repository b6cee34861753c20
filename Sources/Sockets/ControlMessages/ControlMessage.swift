/// Ancillary data of a message: `cmsg(3)`.
///
/// Most kinds are received only after a socket option has enabled them, such as `IP_PKTINFO`. Received descriptors
/// (`SCM_RIGHTS`) are not among these: they are owned by ``ReceivedMessage/descriptors``.
public enum ControlMessage: Sendable, Hashable {
  /// `SCM_RIGHTS`, for sending: the receiver gets duplicates, and these stay open.
  ///
  /// At most 253.
  case descriptors([CInt])
  /// `SCM_CREDENTIALS`: the sender's process, user and group; received with `SO_PASSCRED`.
  case credentials(Credentials)
  /// `IP_PKTINFO`, `IPV6_PKTINFO`: the interface and address at which a datagram arrived, or from which it is sent.
  case packetInfo(PacketInfo)
  /// `IP_TTL`, `IPV6_HOPLIMIT`: the remaining hops of a received packet, or the hop limit to send with.
  case hopLimit(Int, AddressFamily)
  /// `IP_TOS`, `IPV6_TCLASS`: the traffic class, DSCP and ECN.
  case trafficClass(UInt8, AddressFamily)
  /// `SCM_TIMESTAMP` in microseconds, `SCM_TIMESTAMPNS` in nanoseconds: when the datagram arrived, since 1970.
  case timestamp(Duration, TimestampResolution)
  /// `SCM_TIMESTAMPING`: when the kernel and the network device handled the packet, since 1970.
  case timestamps(software: Duration?, hardware: Duration?)
  /// `IP_RECVERR`, `IPV6_RECVERR`: an error from the error queue (`MSG_ERRQUEUE`).
  case extendedError(ExtendedError)
  /// `UDP_SEGMENT` when sending, `UDP_GRO` when receiving: the data is several datagrams of this size in bytes.
  case segmentSize(Int)
  /// `SO_RXQ_OVFL`: the number of datagrams the socket has dropped so far.
  case dropped(UInt32)
  /// `SO_MARK`: the packet's mark.
  case mark(UInt32)
  /// `SO_PRIORITY`: the queueing priority of a received packet, or to send with.
  case priority(UInt32)
  /// `TCP_CM_INQ` at the level of TCP, `SCM_INQ` at that of sockets: the number of bytes left to read.
  case unread(Int, OptionLevel)
  /// `IPV6_FLOWINFO`: the traffic class and the flow label of the header, in host order.
  case flowInfo(UInt32)
  /// `IPV6_HOPOPTS`, `IPV6_DSTOPTS`, `IPV6_RTHDR` and the rest: an extension header, whole.
  case extensionHeader(ExtensionHeaderKind, [UInt8])
  /// `IPV6_DONTFRAG`: whether a datagram is refused instead of fragmented.
  case doNotFragment(Bool)
  /// `IPV6_PATHMTU`: the path MTU to a destination has changed; received with `IPV6_RECVPATHMTU`.
  case pathMTU(Int, SocketAddress)
  /// `IP_RECVOPTS`, `IP_RETOPTS`: the options of an IPv4 header, as they arrived or turned round for the answer.
  case headerOptions([UInt8], forAnswer: Bool)
  /// `IP_ORIGDSTADDR`, `IPV6_ORIGDSTADDR`: the original destination of a redirected datagram.
  case originalDestination(SocketAddress)
  /// `SCTP_RCVINFO`: the stream and sequence of a received message; received with `SCTP_RECVRCVINFO`.
  case receivedMessage(SCTPReceiveInfo)
  /// `SCTP_SNDINFO`, for sending: the stream and payload protocol of the message.
  case sentMessage(SCTPSendInfo)
  /// Any other message, by level, type and data.
  case other(level: OptionLevel, type: CInt, bytes: [UInt8])
}

/// The resolution of a timestamp, by the option that asked for it.
public enum TimestampResolution: Sendable, Hashable {
  /// `SO_TIMESTAMP`: a `struct timeval`.
  case microseconds
  /// `SO_TIMESTAMPNS`: a `struct timespec`.
  case nanoseconds
}

/// The interface and address at which a datagram arrived, or from which it is sent: `struct in_pktinfo`, `struct
/// in6_pktinfo`.
public struct PacketInfo: Sendable, Hashable {
  /// The interface index; when sending, 0 leaves the choice to the routing table.
  public let interface: UInt32
  /// The local address: when sending, the source address.
  public let local: IPAddress
  /// The destination address in the header, which differs from `local` for broadcast and multicast.
  public let destination: IPAddress

  /// Creates the source address and interface to send with.
  ///
  /// ``forAnswer`` derives it from a received one, so that the answer comes from the address that was asked.
  public init(local: IPAddress, interface: UInt32 = 0) {
    self.init(interface: interface, local: local, destination: local)
  }

  init(interface: UInt32, local: IPAddress, destination: IPAddress) {
    self.interface = interface
    self.local = local
    self.destination = destination
  }
}

/// A queued error and its origin: `struct sock_extended_err`, with the address of the host that reported it.
public struct ExtendedError: Sendable, Hashable {
  /// What detected the error.
  public struct Origin: NamedConstant {
    /// The C constant.
    public let rawValue: CInt
    /// Creates an origin from the C constant.
    public init(rawValue: CInt) { self.rawValue = rawValue }

    /// `SO_EE_ORIGIN_LOCAL`: this host, for example because a datagram exceeds the MTU.
    public static let local = Self(rawValue: 1)
    /// `SO_EE_ORIGIN_ICMP`: an ICMP message, sent by ``ExtendedError/offender``.
    public static let icmp = Self(rawValue: 2)
    /// `SO_EE_ORIGIN_ICMP6`: an ICMPv6 message.
    public static let icmpv6 = Self(rawValue: 3)
    /// `SO_EE_ORIGIN_TIMESTAMPING`: not an error: a packet has been sent.
    public static let timestamping = Self(rawValue: 4)
    /// `SO_EE_ORIGIN_ZEROCOPY`: not an error: the pages of `MSG_ZEROCOPY` may be reused.
    public static let zeroCopy = Self(rawValue: 5)

    /// From linux/errqueue.h.
    public static let names: [(value: CInt, name: String)] = [
      (0, "SO_EE_ORIGIN_NONE"), (1, "SO_EE_ORIGIN_LOCAL"), (2, "SO_EE_ORIGIN_ICMP"), (3, "SO_EE_ORIGIN_ICMP6"),
      (4, "SO_EE_ORIGIN_TIMESTAMPING"), (5, "SO_EE_ORIGIN_ZEROCOPY"), (6, "SO_EE_ORIGIN_TXTIME"),
    ]
  }

  /// `ee_errno`: the error that a call would report, such as `ECONNREFUSED`; 0 if it is not an error.
  public let number: ErrorNumber
  /// `ee_origin`: what detected the error.
  public let origin: Origin
  /// `ee_type`: the type of the ICMP message.
  public let type: UInt8
  /// `ee_code`: the code of the ICMP message.
  public let code: UInt8
  /// `ee_info`: the MTU with `EMSGSIZE`; the first number of a range of `MSG_ZEROCOPY` sends.
  public let info: UInt32
  /// `ee_data`: the last number of a range of `MSG_ZEROCOPY` sends.
  public let data: UInt32
  /// `SO_EE_OFFENDER`: the host that reported the error; nil if unknown.
  public let offender: SocketAddress?
}
