/// What travels beside the data of a message: `cmsg(3)`.
///
/// Most are received only after an option has asked for them, such as `IP_PKTINFO`. Received descriptors
/// (`SCM_RIGHTS`) are not among these: ``ReceivedMessage/descriptors`` owns them.
public enum ControlMessage: Sendable, Hashable {
  /// `SCM_RIGHTS`, to send: the receiver gets duplicates, these stay open here.
  ///
  /// At most 253.
  case descriptors([CInt])
  /// `SCM_CREDENTIALS`: the sender's process, user and group; received after `SO_PASSCRED`.
  case credentials(Credentials)
  /// `IP_PKTINFO`, `IPV6_PKTINFO`: by which interface and address a datagram came, or is to leave.
  case packetInfo(PacketInfo)
  /// `IP_TTL`, `IPV6_HOPLIMIT`: how many hops are left, or may be made.
  case hopLimit(Int, AddressFamily)
  /// `IP_TOS`, `IPV6_TCLASS`: the byte of DSCP and ECN.
  case trafficClass(UInt8, AddressFamily)
  /// `SCM_TIMESTAMP`, `SCM_TIMESTAMPNS`: when the datagram came, since 1970.
  case timestamp(Duration)
  /// `SCM_TIMESTAMPING`: when the kernel and the device saw the packet, since 1970.
  case timestamps(software: Duration?, hardware: Duration?)
  /// `IP_RECVERR`, `IPV6_RECVERR`: an error of the queue that `MSG_ERRQUEUE` reads.
  case extendedError(ExtendedError)
  /// `UDP_SEGMENT` to send, `UDP_GRO` in what is received: the data is several datagrams of this size.
  case segmentSize(Int)
  /// `SO_RXQ_OVFL`: how many datagrams the socket has dropped so far.
  case dropped(UInt32)
  /// `SO_MARK`: the mark of the packet.
  case mark(UInt32)
  /// `TCP_CM_INQ`: how many bytes are left to read.
  case unread(Int)
  /// `IP_ORIGDSTADDR`, `IPV6_ORIGDSTADDR`: where a redirected datagram was sent to.
  case originalDestination(SocketAddress)
  /// `SCTP_RCVINFO`: which message of which stream it is; received after `SCTP_RECVRCVINFO`.
  case receivedMessage(SCTPReceiveInfo)
  /// `SCTP_SNDINFO`, to send: the stream that the message takes, and what it says of itself.
  case sentMessage(SCTPSendInfo)
  /// Any other, by level, type and data.
  case other(level: OptionLevel, type: CInt, bytes: [UInt8])
}

/// By which interface and address a datagram came, or is to leave: `struct in_pktinfo`, `struct in6_pktinfo`.
public struct PacketInfo: Sendable, Hashable {
  /// The index of the interface; 0 to send leaves it to the routing table.
  public let interface: UInt32
  /// The address of this host: to send, the one that the datagram comes from.
  public let local: IPAddress
  /// The destination in the header: another than `local` for broadcast and multicast.
  public let destination: IPAddress

  /// What to send: from this address, by this interface.
  ///
  /// ``forAnswer`` makes it of a received one, to answer from where the datagram was sent to.
  public init(local: IPAddress, interface: UInt32 = 0) {
    self.init(interface: interface, local: local, destination: local)
  }

  init(interface: UInt32, local: IPAddress, destination: IPAddress) {
    self.interface = interface
    self.local = local
    self.destination = destination
  }
}

/// An error with its cause: `struct sock_extended_err` and the address of who reported it.
public struct ExtendedError: Sendable, Hashable {
  /// Who found the error.
  public struct Origin: NamedConstant {
    /// The C number.
    public let rawValue: CInt
    /// An origin by its number.
    public init(rawValue: CInt) { self.rawValue = rawValue }

    /// `SO_EE_ORIGIN_LOCAL`: this host, such as a datagram longer than the MTU.
    public static let local = Self(rawValue: 1)
    /// `SO_EE_ORIGIN_ICMP`: an ICMP message; ``ExtendedError/offender`` sent it.
    public static let icmp = Self(rawValue: 2)
    /// `SO_EE_ORIGIN_ICMP6`: an ICMPv6 message.
    public static let icmpv6 = Self(rawValue: 3)
    /// `SO_EE_ORIGIN_TIMESTAMPING`: no error: a packet has left.
    public static let timestamping = Self(rawValue: 4)
    /// `SO_EE_ORIGIN_ZEROCOPY`: no error: the pages of `MSG_ZEROCOPY` are free again.
    public static let zeroCopy = Self(rawValue: 5)

    /// From linux/errqueue.h.
    public static let names: [(value: CInt, name: String)] = [
      (0, "SO_EE_ORIGIN_NONE"), (1, "SO_EE_ORIGIN_LOCAL"), (2, "SO_EE_ORIGIN_ICMP"), (3, "SO_EE_ORIGIN_ICMP6"),
      (4, "SO_EE_ORIGIN_TIMESTAMPING"), (5, "SO_EE_ORIGIN_ZEROCOPY"), (6, "SO_EE_ORIGIN_TXTIME"),
    ]
  }

  /// `ee_errno`: what a call would report, such as `ECONNREFUSED`; 0 where it is no error.
  public let number: ErrorNumber
  /// `ee_origin`: who found it.
  public let origin: Origin
  /// `ee_type`: of the ICMP message.
  public let type: UInt8
  /// `ee_code`: of the ICMP message.
  public let code: UInt8
  /// `ee_info`: the MTU with `EMSGSIZE`; the first number of `MSG_ZEROCOPY` sends.
  public let info: UInt32
  /// `ee_data`: the last number of `MSG_ZEROCOPY` sends.
  public let data: UInt32
  /// `SO_EE_OFFENDER`: who reported it; nil where that is not known.
  public let offender: SocketAddress?
}
