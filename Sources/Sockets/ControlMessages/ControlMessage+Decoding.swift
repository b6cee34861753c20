import CSocketShims
import Glibc

extension ControlMessage {
  /// The decoded contents of a buffer of control messages. Descriptors are kept apart, since they need an owner.
  struct Decoded: Hashable {
    var messages: [ControlMessage] = []
    /// `SCM_RIGHTS`.
    var descriptors: [CInt] = []
    /// `SCM_PIDFD`.
    var processDescriptors: [CInt] = []
  }

  /// Decodes a buffer that `recvmsg(2)` filled.
  static func decode(_ buffer: UnsafeRawBufferPointer) -> Decoded {
    var result = Decoded()
    unsafe visit(buffer) { (level, type, data) in
      let bytes = unsafe [UInt8](data)
      switch (level, type) {
      case (.socket, CInt(SCM_RIGHTS)): result.descriptors += numbers(bytes)
      // If the kernel could not make a descriptor, it stores its errno as a negative number.
      case (.socket, SCM_PIDFD): result.processDescriptors += numbers(bytes).filter { $0 >= 0 }
      default: result.messages.append(ControlMessage(level: level, type: type, bytes: bytes))
      }
      return true
    }
    return result
  }

  /// Decodes an array.
  static func decode(_ buffer: [UInt8]) -> Decoded { unsafe buffer.withUnsafeBytes { unsafe decode($0) } }

  /// The data of the first message of a kind, or nil.
  static func data(
    of level: OptionLevel, _ type: CInt, in control: UnsafeRawBufferPointer
  ) -> UnsafeRawBufferPointer? {
    var found: UnsafeRawBufferPointer?
    unsafe visit(control) {
      if ($0, $1) == (level, type) { unsafe found = $2 }
      return unsafe found == nil
    }
    return unsafe found
  }

  /// Visits the messages of a buffer in order, until `goesOn` returns false.
  ///
  /// A message that does not fit its buffer ends the list.
  private static func visit(
    _ control: UnsafeRawBufferPointer, _ goesOn: (OptionLevel, CInt, UnsafeRawBufferPointer) -> Bool
  ) {
    let dataOffset = sockshim_cmsg_length(0)
    var start = 0
    while control.count - start >= headerSize {
      let length = unsafe control.loadUnaligned(fromByteOffset: start, as: Int.self)
      guard length >= dataOffset, length <= control.count - start else { return }
      let level = unsafe control.loadUnaligned(fromByteOffset: start + MemoryLayout<Int>.size, as: CInt.self)
      let type = unsafe control.loadUnaligned(
        fromByteOffset: start + MemoryLayout<Int>.size + MemoryLayout<CInt>.size, as: CInt.self)
      let data = unsafe UnsafeRawBufferPointer(rebasing: control[(start + dataOffset)..<(start + length)])
      guard unsafe goesOn(OptionLevel(rawValue: level), type, data) else { return }
      start += sockshim_cmsg_space(length - dataOffset)
    }
  }

  /// Reads a buffer as an array of `int`.
  private static func numbers(_ bytes: [UInt8]) -> [CInt] {
    stride(from: 0, through: bytes.count - MemoryLayout<CInt>.size, by: MemoryLayout<CInt>.size).map {
      bytes.load(CInt.self, at: $0)
    }
  }

  /// Decodes one message. A message too short for its type becomes ``other(level:type:bytes:)``.
  init(level: OptionLevel, type: CInt, bytes: [UInt8]) {
    let known =
      switch level {
      case .socket: Self.ofSocket(type, bytes)
      case .ip: Self.ofIP(type, bytes)
      case .ipv6: Self.ofIPv6(type, bytes)
      default: Self.ofTransport(level, type, bytes)
      }
    self = known ?? .other(level: level, type: type, bytes: bytes)
  }

  private static func ofSocket(_ type: CInt, _ bytes: [UInt8]) -> ControlMessage? {
    let count = bytes.count
    switch type {
    case sockshim_SCM_CREDENTIALS where count >= 12: return .credentials(Credentials(bytes: bytes))
    case SO_TIMESTAMP where count >= 16, SO_TIMESTAMP_NEW where count >= 16:
      return .timestamp(.seconds(bytes.load(Int64.self)) + .microseconds(bytes.load(Int64.self, at: 8)), .microseconds)
    case SO_TIMESTAMPNS where count >= 16, SO_TIMESTAMPNS_NEW where count >= 16:
      return .timestamp(time(bytes, at: 0) ?? .zero, .nanoseconds)
    case SO_TIMESTAMPING where count >= 48, SO_TIMESTAMPING_NEW where count >= 48:
      return .timestamps(software: time(bytes, at: 0), hardware: time(bytes, at: 32))
    case SO_RXQ_OVFL where count >= 4: return .dropped(bytes.load(UInt32.self))
    case SO_MARK where count >= 4: return .mark(bytes.load(UInt32.self))
    case SO_PRIORITY where count >= 4: return .priority(bytes.load(UInt32.self))
    case SCM_INQ where count >= 4: return .unread(Int(bytes.load(CInt.self)), .socket)
    default: return nil
    }
  }

  private static func ofIP(_ type: CInt, _ bytes: [UInt8]) -> ControlMessage? {
    let count = bytes.count
    switch type {
    case IP_PKTINFO where count >= 12:
      return .packetInfo(
        PacketInfo(
          interface: bytes.load(UInt32.self), local: .ipv4(bytes, at: 4), destination: .ipv4(bytes, at: 8)))
    case IP_TTL where count >= 4: return .hopLimit(Int(bytes.load(CInt.self)), .ipv4)
    // The kernel stores IP_TOS as one byte and IPV6_TCLASS as an int.
    case IP_TOS where count >= 1: return .trafficClass(bytes[0], .ipv4)
    case IP_RECVERR where count >= 16: return .extendedError(ExtendedError(bytes: bytes))
    case IP_ORIGDSTADDR where count >= 16: return (try? SocketAddress(bytes: bytes)).map { .originalDestination($0) }
    case IP_RECVOPTS: return .headerOptions(bytes, forAnswer: false)
    case IP_RETOPTS: return .headerOptions(bytes, forAnswer: true)
    default: return nil
    }
  }

  private static func ofIPv6(_ type: CInt, _ bytes: [UInt8]) -> ControlMessage? {
    let count = bytes.count
    switch type {
    case IPV6_PKTINFO where count >= 20, IPV6_2292PKTINFO where count >= 20:
      return .packetInfo(PacketInfo(local: .ipv6(bytes, at: 0), interface: bytes.load(UInt32.self, at: 16)))
    case IPV6_HOPLIMIT where count >= 4, IPV6_2292HOPLIMIT where count >= 4:
      return .hopLimit(Int(bytes.load(CInt.self)), .ipv6)
    case IPV6_TCLASS where count >= 4:
      return .trafficClass(UInt8(truncatingIfNeeded: bytes.load(CInt.self)), .ipv6)
    case IPV6_RECVERR where count >= 16: return .extendedError(ExtendedError(bytes: bytes))
    case IPV6_ORIGDSTADDR where count >= 28: return (try? SocketAddress(bytes: bytes)).map { .originalDestination($0) }
    case IPV6_FLOWINFO where count >= 4: return .flowInfo(UInt32(bigEndian: bytes.load(UInt32.self)))
    case IPV6_DONTFRAG where count >= 4: return .doNotFragment(bytes.load(CInt.self) != 0)
    case IPV6_PATHMTU where count >= 32:
      // struct ip6_mtuinfo: a sockaddr_in6, and the MTU.
      return (try? SocketAddress(bytes: Array(bytes[..<28]))).map {
        .pathMTU(Int(bytes.load(UInt32.self, at: 28)), $0)
      }
    default:
      let kind = ExtensionHeaderKind(rawValue: type)
      return kind.name == nil ? nil : .extensionHeader(kind, bytes)
    }
  }

  private static func ofTransport(_ level: OptionLevel, _ type: CInt, _ bytes: [UInt8]) -> ControlMessage? {
    let count = bytes.count
    switch (level, type) {
    case (.udp, UDP_GRO) where count >= 4: return .segmentSize(Int(bytes.load(CInt.self)))
    case (.udp, UDP_SEGMENT) where count >= 2: return .segmentSize(Int(bytes.load(UInt16.self)))
    case (.tcp, TCP_CM_INQ) where count >= 4: return .unread(Int(bytes.load(CInt.self)), .tcp)
    case (.sctp, SCTPReceiveInfo.type) where count >= SCTPReceiveInfo.size:
      return .receivedMessage(SCTPReceiveInfo(bytes: bytes))
    case (.sctp, SCTPSendInfo.type) where count >= SCTPSendInfo.size: return .sentMessage(SCTPSendInfo(bytes: bytes))
    default: return nil
    }
  }

  /// A `struct timespec` since 1970; nil for zero, which means none.
  private static func time(_ bytes: [UInt8], at offset: Int) -> Duration? {
    let time: Duration =
      .seconds(bytes.load(Int64.self, at: offset)) + .nanoseconds(bytes.load(Int64.self, at: offset + 8))
    return time == .zero ? nil : time
  }
}

extension ExtendedError {
  /// Decodes a `struct sock_extended_err` of 16 bytes and the offender's address after it.
  init(bytes: [UInt8]) {
    number = ErrorNumber(rawValue: CInt(truncatingIfNeeded: bytes.load(UInt32.self)))
    origin = Origin(rawValue: CInt(bytes[4]))
    type = bytes[5]
    code = bytes[6]
    info = bytes.load(UInt32.self, at: 8)
    data = bytes.load(UInt32.self, at: 12)
    let address = try? SocketAddress(bytes: Array(bytes.dropFirst(16).prefix(SocketAddress.capacity)))
    offender = address.flatMap { $0.family == .unspecified ? nil : $0 }
  }
}
