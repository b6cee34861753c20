import Glibc

extension Socket {
  /// Sets options that suit most programs better than the kernel's defaults, by the socket's protocol.
  ///
  /// Calls `setsockopt(2)`: `TCP_NODELAY` for TCP and MPTCP, so that small messages are sent at once; a large receive
  /// buffer for UDP; for SCTP `SCTP_NODELAY` and buffers of 4 MiB, without which a bulk transfer stalls for 200 ms
  /// again and again; for DCCP a queue as long as the send buffer, instead of five packets, for which no event reports
  /// free space.
  public borrowing func setUsualOptions() throws(SystemError) {
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
  public borrowing func keepToFamily() throws(SystemError) {
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
