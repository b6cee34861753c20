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
    let count = bytes.count
    switch (level, type) {
    case (.socket, sockshim_SCM_CREDENTIALS) where count >= 12: self = .credentials(Credentials(bytes: bytes))
    case (.socket, SO_TIMESTAMP) where count >= 16:
      self = .timestamp(.seconds(bytes.load(Int64.self)) + .microseconds(bytes.load(Int64.self, at: 8)))
    case (.socket, SO_TIMESTAMPNS) where count >= 16: self = .timestamp(Self.time(bytes, at: 0) ?? .zero)
    case (.socket, SO_TIMESTAMPING) where count >= 48:
      self = .timestamps(software: Self.time(bytes, at: 0), hardware: Self.time(bytes, at: 32))
    case (.socket, SO_RXQ_OVFL) where count >= 4: self = .dropped(bytes.load(UInt32.self))
    case (.socket, SO_MARK) where count >= 4: self = .mark(bytes.load(UInt32.self))
    case (.ip, IP_PKTINFO) where count >= 12:
      self = .packetInfo(
        PacketInfo(
          interface: bytes.load(UInt32.self), local: .ipv4(bytes, at: 4), destination: .ipv4(bytes, at: 8)))
    case (.ipv6, IPV6_PKTINFO) where count >= 20:
      self = .packetInfo(PacketInfo(local: .ipv6(bytes, at: 0), interface: bytes.load(UInt32.self, at: 16)))
    case (.ip, IP_TTL) where count >= 4: self = .hopLimit(Int(bytes.load(CInt.self)), .ipv4)
    case (.ipv6, IPV6_HOPLIMIT) where count >= 4: self = .hopLimit(Int(bytes.load(CInt.self)), .ipv6)
    // The kernel stores IP_TOS as one byte and IPV6_TCLASS as an int.
    case (.ip, IP_TOS) where count >= 1: self = .trafficClass(bytes[0], .ipv4)
    case (.ipv6, IPV6_TCLASS) where count >= 4:
      self = .trafficClass(UInt8(truncatingIfNeeded: bytes.load(CInt.self)), .ipv6)
    case (.ip, IP_RECVERR) where count >= 16, (.ipv6, IPV6_RECVERR) where count >= 16:
      self = .extendedError(ExtendedError(bytes: bytes))
    case (.ip, IP_ORIGDSTADDR) where count >= 16, (.ipv6, Self.IPV6_ORIGDSTADDR) where count >= 28:
      guard let address = try? SocketAddress(bytes: bytes) else { fallthrough }
      self = .originalDestination(address)
    case (.udp, UDP_GRO) where count >= 4: self = .segmentSize(Int(bytes.load(CInt.self)))
    case (.udp, UDP_SEGMENT) where count >= 2: self = .segmentSize(Int(bytes.load(UInt16.self)))
    case (.tcp, Self.TCP_CM_INQ) where count >= 4: self = .unread(Int(bytes.load(CInt.self)))
    case (.sctp, SCTPReceiveInfo.type) where count >= SCTPReceiveInfo.size:
      self = .receivedMessage(SCTPReceiveInfo(bytes: bytes))
    case (.sctp, SCTPSendInfo.type) where count >= SCTPSendInfo.size: self = .sentMessage(SCTPSendInfo(bytes: bytes))
    default: self = .other(level: level, type: type, bytes: bytes)
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
