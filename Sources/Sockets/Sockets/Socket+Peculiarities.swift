import Glibc

// What sockets of a few kinds do otherwise than the others, in the terms of all.
extension Socket {
  /// How many bytes at the front of a received message are not its sender's: a raw IPv4 socket delivers the IP header.
  public borrowing func headerLength(of message: UnsafeRawBufferPointer) -> Int {
    guard family == .ipv4, type == .raw, let first = unsafe message.first else { return 0 }
    return min(Int(first & 0xf) * 4, message.count)
  }

  /// The sender of a message as it is written: a raw socket has the protocol's number in the place of the port, which the
  /// kernel leaves 0.
  public borrowing func sender(_ address: SocketAddress) -> SocketAddress {
    guard type == .raw, family == .ipv4 || family == .ipv6 else { return address }
    return address.with(port: UInt16(clamping: protocolNumber.rawValue))
  }

  /// Whether it is a socket of UDP: a raw one may have the number of UDP, too.
  public var isUDP: Bool { type == .datagram && protocolNumber == .udp }

  /// The longest message that the socket takes in one piece; nil where none is known.
  ///
  /// Calls `getsockopt(2)` for `DCCP_SOCKOPT_GET_CUR_MPS` on DCCP, and nothing elsewhere.
  public borrowing func largestMessage() -> Int? {
    if type == .raw { return family.longestPayload(of: type) }
    guard protocolNumber == .dccp, type == .dccp else { return nil }
    let bytes = try? getOption(level: OptionLevel(rawValue: 269), number: 5, capacity: 4)
    guard let bytes, bytes.count == 4 else { return nil }
    return Int(bytes.load(CInt.self))
  }

  /// Why nobody can be reached at an address that is a file: `ECONNREFUSED` where it was left behind by a socket that is
  /// gone, `ENOENT` where there is none; nil, or another error, where somebody has it open.
  ///
  /// Calls `socket(2)` and `connect(2)`. A datagram socket asks, which disturbs nobody: a stream would be a peer to whoever
  /// listens there, and be refused by a socket that is bound and does not listen yet. What is not for datagrams answers
  /// `EPROTOTYPE`.
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

  /// Whether pages can be given to it without harm: `splice(2)`, `sendfile(2)`. For TCP, MPTCP and Unix streams; elsewhere
  /// each page is a send of its own, and with SCTP a message of its own, which costs ten times as much as one of 64 KiB.
  public var takesPages: Bool {
    guard type == .stream else { return false }
    return family == .unix || protocolNumber == .tcp || protocolNumber == .mptcp
      || protocolNumber == .automatic && (family == .ipv4 || family == .ipv6)
  }

  /// Whether an SCTP association that was shut down is over: everything has arrived then.
  ///
  /// Calls `getsockopt(2)` for `SCTP_STATUS`, which is refused where there is no association.
  public borrowing func associationHasEnded() -> Bool {
    (try? getOption(level: OptionLevel(rawValue: 132), number: 14, capacity: 256)) == nil
  }

  /// The process at the other end of a Unix connection, as it was when it connected or began to listen; nil for every
  /// other socket.
  ///
  /// Calls `getsockopt(2)` for `SO_PEERCRED` on Unix sockets.
  public borrowing func peerProcess() -> Credentials? {
    guard family == .unix, let credentials = try? get(.peerCredentials), credentials.processID > 0 else { return nil }
    return credentials
  }

  /// Whether what is sent to an address is answered from others, so that the socket must not be connected to it: a
  /// group's, or, where `SO_BROADCAST` allows it, perhaps that of everybody.
  public borrowing func isAnsweredByMany(sendingTo address: SocketAddress) -> Bool {
    guard transport.hearsOfNetworkErrors else { return false }
    return address.isMulticast || family == .ipv4 && (try? get(.broadcast)) == true
  }

  /// Room for what may come beside each message although nobody has asked for it here, in bytes: time stamps, marks,
  /// `UDP_GRO` and `IP_PKTINFO` with packets; over Unix sockets descriptors, which somebody has to close.
  public var usualControlSize: Int {
    passesDescriptors ? ControlMessage.spaceForDescriptors : family == .ipv4 || family == .ipv6 ? 192 : 0
  }

  /// Whether descriptors can be passed over the socket: `SCM_RIGHTS`.
  public var passesDescriptors: Bool { family == .unix }

  /// Whether control messages that are lost for want of room are descriptors: on a Unix socket, where no option asks for
  /// others with every message.
  ///
  /// Calls `getsockopt(2)` for `SO_PASSCRED` and `SO_PASSPIDFD` on Unix sockets.
  public borrowing func canLoseDescriptors() -> Bool {
    family == .unix && (try? get(.passCredentials)) != true && (try? get(.passProcessDescriptors)) != true
  }

  /// The error that a received message of the kernel says in the place of an answer; nil where it says none, and for
  /// messages of others.
  public borrowing func refusal(in message: UnsafeRawBufferPointer, from sender: SocketAddress) -> ErrorNumber? {
    unsafe family.addressType?.refusal(in: message, from: sender)
  }

  /// Whether `SIOCOUTQ` counts what the peer has not acknowledged: for TCP and MPTCP.
  public borrowing func countsUnacknowledged() -> Bool {
    type == .stream && (protocolNumber == .tcp || protocolNumber == .mptcp || protocolNumber == .automatic)
      && (family == .ipv4 || family == .ipv6)
  }
}
