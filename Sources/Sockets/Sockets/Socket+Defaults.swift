import Glibc

extension Socket {
  /// Sets what serves most programs better than the kernel's own defaults, by the socket's protocol.
  ///
  /// Calls `setsockopt(2)`: `TCP_NODELAY` for TCP and MPTCP, since small messages leave at once; for UDP a large
  /// receive buffer; for SCTP `SCTP_NODELAY` and buffers of 4 MiB, without which a bulk transfer stalls for 200 ms again
  /// and again; for DCCP a queue as long as the send buffer, in place of five packets, of which no event tells when it has
  /// room.
  public borrowing func setUsualOptions() throws(SystemError) {
    switch protocolNumber {
    case .tcp where type == .stream, .mptcp where type == .stream: try set(.noDelay, to: true)
    case .udp where type == .datagram:
      // Datagrams that nobody has room for are lost. The kernel gives no more than net.core.rmem_max, and says nothing.
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

  /// Past `net.core.rmem_max` where the privilege is there (`CAP_NET_ADMIN`), up to it where it is not.
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

  /// Leaves IPv4 to another socket, where this one is of IPv6.
  ///
  /// Calls `setsockopt(2)` for `IPV6_V6ONLY`, or nothing.
  public borrowing func keepToFamily() throws(SystemError) {
    guard family == .ipv6, type != .raw else { return }
    try set(.ipv6Only, to: true)
  }

  /// What a sender at full speed brings within some milliseconds, in which the reader of our output may not be running.
  private static var largeBuffer: Int { 4 << 20 }
  private static var sctpNoDelay: CInt { 3 }
  private static var dccpQueueLength: CInt { 17 }
}

extension Transport {
  /// What a client is to be bound to so that it can be answered: a Unix datagram peer can answer only a socket with a
  /// name, and an empty one asks the kernel for an abstract name.
  public var replyAddress: SocketAddress? {
    traits.contains(.answersNeedName) ? SocketAddress(family: families[0], []) : nil
  }
}
