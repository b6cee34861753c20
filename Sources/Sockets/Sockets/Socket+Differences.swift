import Glibc

// Differences between kinds of sockets, in terms that apply to all of them.
extension Socket {
  /// The number of leading bytes of a received message that are not payload: a raw IPv4 socket delivers the IP header.
  public borrowing func headerLength(of message: UnsafeRawBufferPointer) -> Int {
    guard family == .ipv4, type == .raw, let first = unsafe message.first else { return 0 }
    return min(Int(first & 0xf) * 4, message.count)
  }

  /// The sender as users write it: for a raw socket, the protocol number takes the place of the port, which the kernel
  /// leaves 0.
  public borrowing func sender(_ address: SocketAddress) -> SocketAddress {
    guard type == .raw, family == .ipv4 || family == .ipv6 else { return address }
    return address.with(port: UInt16(clamping: protocolNumber.rawValue))
  }

  /// Whether it is a UDP socket. A raw socket may have UDP's protocol number, too.
  public var isUDP: Bool { type == .datagram && protocolNumber == .udp }

  /// The longest message that can be sent in one piece, in bytes; nil if unknown.
  ///
  /// Calls `getsockopt(2)` for `DCCP_SOCKOPT_GET_CUR_MPS` on DCCP, otherwise nothing.
  public borrowing func largestMessage() -> Int? {
    if type == .raw { return family.longestPayload(of: type) }
    guard protocolNumber == .dccp, type == .dccp else { return nil }
    let bytes = try? getOption(level: OptionLevel(rawValue: 269), number: 5, capacity: 4)
    guard let bytes, bytes.count == 4 else { return nil }
    return Int(bytes.load(CInt.self))
  }

  /// Why a Unix socket file cannot be reached: `ECONNREFUSED` if its socket is gone, `ENOENT` if there is no file; nil
  /// or another error if a socket is using it.
  ///
  /// Calls `socket(2)` and `connect(2)`. It probes with a datagram socket, which disturbs no one: a stream socket
  /// would appear as a client to a listener, and would be refused by a socket that is bound but does not listen yet.
  /// Sockets of other types answer `EPROTOTYPE`.
  public static func probe(file address: SocketAddress) -> ErrorNumber? {
    guard let transport = Transport(SocketNumbers(family: address.family), forMessages: true) else { return nil }
    do throws(SystemError) {
      let socket = try open(transport, family: address.family, mode: .nonBlocking)
      _ = try socket.connect(to: address)
      return nil
    } catch {
      return error.number
    }
  }

  /// Whether `splice(2)` and `sendfile(2)` work well: for TCP, MPTCP and Unix streams. Elsewhere every page is a send
  /// of its own, and with SCTP a message of its own, which costs ten times as much as one of 64 KiB.
  public var takesPages: Bool {
    guard type == .stream else { return false }
    return family == .unix || protocolNumber == .tcp || protocolNumber == .mptcp
      || protocolNumber == .automatic && (family == .ipv4 || family == .ipv6)
  }

  /// Whether an SCTP association that was shut down has ended, which means everything has arrived.
  ///
  /// Calls `getsockopt(2)` for `SCTP_STATUS`, which fails without an association.
  public borrowing func associationHasEnded() -> Bool {
    (try? getOption(level: OptionLevel(rawValue: 132), number: 14, capacity: 256)) == nil
  }

  /// The process at the other end of a Unix connection at the time it connected or began to listen; nil for other
  /// sockets.
  ///
  /// Calls `getsockopt(2)` for `SO_PEERCRED` on Unix sockets.
  public borrowing func peerProcess() -> Credentials? {
    guard family == .unix, let credentials = try? get(.peerCredentials), credentials.processID > 0 else { return nil }
    return credentials
  }

  /// Whether answers come from other addresses than the one sent to, so that the socket must not be connected: to a
  /// multicast address, or possibly a broadcast address if `SO_BROADCAST` is set.
  public borrowing func isAnsweredByMany(sendingTo address: SocketAddress) -> Bool {
    guard transport.reportsNetworkErrors else { return false }
    return address.isMulticast || family == .ipv4 && (try? get(.broadcast)) == true
  }

  /// Whether the socket is connected to its own address, which nobody else listens on.
  ///
  /// A TCP socket whose local port is the port that it connects to opens the connection with itself: its SYN meets its
  /// own, which is a simultaneous open (RFC 9293, section 3.5). The local port may be the user's choice, or by chance
  /// that of the kernel. A UDP socket receives everything that it sends.
  ///
  /// Calls `getsockname(2)` on internet sockets with ports, and `getpeername(2)` if the port is that of `address`.
  ///
  /// - Parameter address: the address that was connected to.
  public borrowing func isConnectedToItself(at address: SocketAddress) -> Bool {
    guard family == .ipv4 || family == .ipv6, type != .raw, let port = address.port, port != 0,
      let local = try? localAddress(), local.port == port
    else { return false }
    return (try? peerAddress()) == local
  }

  /// The control buffer space, in bytes, for what may come with a message unasked: timestamps, marks, `UDP_GRO` and
  /// `IP_PKTINFO` on IP sockets; on Unix sockets descriptors, which must be closed.
  public var usualControlSize: Int {
    passesDescriptors ? ControlMessage.spaceForDescriptors : family == .ipv4 || family == .ipv6 ? 192 : 0
  }

  /// Whether descriptors can be passed over the socket: `SCM_RIGHTS`.
  public var passesDescriptors: Bool { family == .unix }

  /// Whether truncated control messages must have been descriptors: on a Unix socket without options that add other
  /// messages.
  ///
  /// Calls `getsockopt(2)` for `SO_PASSCRED` and `SO_PASSPIDFD` on Unix sockets.
  public borrowing func canLoseDescriptors() -> Bool {
    family == .unix && (try? get(.passCredentials)) != true && (try? get(.passProcessDescriptors)) != true
  }

  /// The error that a message from the kernel reports in place of an answer; nil if it reports none, or the sender is
  /// not the kernel.
  public borrowing func refusal(in message: UnsafeRawBufferPointer, from sender: SocketAddress) -> ErrorNumber? {
    unsafe family.addressType?.refusal(in: message, from: sender)
  }

  /// Whether `SIOCOUTQ` counts the bytes that the peer has not acknowledged: for TCP and MPTCP.
  public borrowing func countsUnacknowledged() -> Bool {
    type == .stream && (protocolNumber == .tcp || protocolNumber == .mptcp || protocolNumber == .automatic)
      && (family == .ipv4 || family == .ipv6)
  }
}

extension Socket {
  /// Sets options that suit most programs better than the kernel's defaults, by the socket's protocol.
  ///
  /// Calls `setsockopt(2)`: `TCP_NODELAY` for TCP and MPTCP, so that small messages are sent at once; a large receive
  /// buffer for UDP; for SCTP `SCTP_NODELAY` and buffers of 4 MiB, without which a bulk transfer stalls for 200 ms
  /// again and again; for DCCP a queue as long as the send buffer, instead of five packets, for which no event reports
  /// free space.
  public borrowing func setDefaultOptions() throws(SystemError) {
    switch protocolNumber {
    case .tcp where type == .stream, .mptcp where type == .stream: try set(.noDelay, to: true)
    case .udp where type == .datagram:
      // Datagrams without room in the buffer are lost. The kernel silently limits the size to net.core.rmem_max.
      try set(.receiveBufferSize, to: Self.largeBuffer)
    case .sctp where type == .stream || type == .sequencedPacket:
      let yes = [UInt8].storing(CInt(1))
      try setOption(level: OptionLevel(rawValue: 132), number: Self.sctpNoDelay, bytes: yes.span, about: "SCTP_NODELAY")
      try setLargeBuffers()
    case .dccp where type == .dccp:
      let none = [UInt8].storing(CInt(0))
      try setOption(
        level: OptionLevel(rawValue: 269), number: Self.dccpQueueLength, bytes: none.span,
        about: "DCCP_SOCKOPT_QPOLICY_TXQLEN")
    default: break
    }
  }

  /// Exceeds `net.core.rmem_max` with the privilege (`CAP_NET_ADMIN`), otherwise up to the limit.
  private borrowing func setLargeBuffers() throws(SystemError) {
    let size = [UInt8].storing(CInt(Self.largeBuffer))
    for (forced, usual) in [(SO_SNDBUFFORCE, SO_SNDBUF), (SO_RCVBUFFORCE, SO_RCVBUF)] {
      do throws(SystemError) {
        try setOption(level: .socket, number: forced, bytes: size.span)
      } catch {
        try setOption(level: .socket, number: usual, bytes: size.span)
      }
    }
  }

  /// Restricts an IPv6 socket to IPv6, so that another socket can have the IPv4 port.
  ///
  /// Calls `setsockopt(2)` for `IPV6_V6ONLY`, or nothing.
  public borrowing func restrictToFamily() throws(SystemError) {
    guard family == .ipv6, type != .raw else { return }
    try set(.ipv6Only, to: true)
  }

  /// Holds what a sender at full speed delivers in a few milliseconds, while the reader of our output may not be
  /// running.
  private static var largeBuffer: Int { 4 << 20 }
  private static var sctpNoDelay: CInt { 3 }
  private static var dccpQueueLength: CInt { 17 }
}

extension Transport {
  /// The address to bind a client to so that it can be answered. A Unix datagram peer can only answer a socket with a
  /// name; the empty address asks the kernel for an abstract one.
  public var replyAddress: SocketAddress? {
    traits.contains(.answersNeedName) ? SocketAddress(family: families[0], []) : nil
  }
}
