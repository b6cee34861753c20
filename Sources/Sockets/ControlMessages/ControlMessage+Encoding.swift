import CSocketShims
import Glibc

extension ControlMessage {
  /// The level, type and data of the `struct cmsghdr`.
  var encoded: (level: OptionLevel, type: CInt, bytes: [UInt8]) {
    switch self {
    case .descriptors(let numbers):
      return (.socket, CInt(SCM_RIGHTS), numbers.flatMap { [UInt8].storing($0) })
    case .credentials(let credentials): return (.socket, sockshim_SCM_CREDENTIALS, credentials.bytes)
    case .packetInfo(let info):
      switch info.local {
      case .ipv4:
        return (.ip, IP_PKTINFO, .storing(info.interface) + info.local.bytes + info.destination.bytes)
      case .ipv6: return (.ipv6, IPV6_PKTINFO, info.local.bytes + .storing(info.interface))
      }
    case .hopLimit(let hops, let family):
      return (level(family), family == .ipv6 ? IPV6_HOPLIMIT : IP_TTL, .storing(CInt(clamping: hops)))
    case .trafficClass(let byte, let family):
      return (level(family), family == .ipv6 ? IPV6_TCLASS : IP_TOS, .storing(CInt(byte)))
    case .timestamp(let time, .microseconds):
      let (seconds, attoseconds) = time.components
      return (.socket, SO_TIMESTAMP, .storing(seconds) + .storing(attoseconds / 1_000_000_000_000))
    case .timestamp(let time, .nanoseconds): return (.socket, SO_TIMESTAMPNS, Self.timespec(time))
    case .timestamps(let software, let hardware):
      let none: [UInt8] = Self.timespec(.zero)
      return (
        .socket, SO_TIMESTAMPING,
        (software.map(Self.timespec) ?? none) + none + (hardware.map(Self.timespec) ?? none)
      )
    case .extendedError(let error):
      let header: [UInt8] =
        .storing(UInt32(bitPattern: error.number.rawValue))
        + [UInt8(truncatingIfNeeded: error.origin.rawValue), error.type, error.code, 0]
      let tail: [UInt8] = .storing(error.info) + .storing(error.data) + (error.offender?.bytes ?? [])
      return error.origin == .icmpv6 || error.offender?.family == .ipv6
        ? (.ipv6, IPV6_RECVERR, header + tail) : (.ip, IP_RECVERR, header + tail)
    case .segmentSize(let size): return (.udp, UDP_SEGMENT, .storing(UInt16(clamping: size)))
    case .dropped(let count): return (.socket, SO_RXQ_OVFL, .storing(count))
    case .mark(let mark): return (.socket, SO_MARK, .storing(mark))
    case .priority(let priority): return (.socket, SO_PRIORITY, .storing(priority))
    case .unread(let count, let level):
      return (level, level == .socket ? Self.SCM_INQ : Self.TCP_CM_INQ, .storing(CInt(clamping: count)))
    case .flowInfo(let info): return (.ipv6, Self.IPV6_FLOWINFO, .storing(info.bigEndian))
    case .extensionHeader(let kind, let bytes): return (.ipv6, kind.rawValue, bytes)
    case .doNotFragment(let isOn): return (.ipv6, Self.IPV6_DONTFRAG, .storing(CInt(isOn ? 1 : 0)))
    case .pathMTU(let size, let address):
      let host = address.bytes + [UInt8](repeating: 0, count: max(0, 28 - address.bytes.count))
      return (.ipv6, Self.IPV6_PATHMTU, host.prefix(28) + .storing(UInt32(clamping: size)))
    case .headerOptions(let bytes, let forAnswer): return (.ip, forAnswer ? IP_RETOPTS : IP_RECVOPTS, bytes)
    case .originalDestination(let address):
      return (level(address.family), address.family == .ipv6 ? Self.IPV6_ORIGDSTADDR : IP_ORIGDSTADDR, address.bytes)
    case .receivedMessage(let info): return (.sctp, SCTPReceiveInfo.type, info.bytes)
    case .sentMessage(let info): return (.sctp, SCTPSendInfo.type, info.bytes)
    case .other(let level, let type, let bytes): return (level, type, bytes)
    }
  }

  private func level(_ family: AddressFamily) -> OptionLevel { family == .ipv6 ? .ipv6 : .ip }

  private static func timespec(_ time: Duration) -> [UInt8] {
    let (seconds, attoseconds) = time.components
    return .storing(seconds) + .storing(attoseconds / 1_000_000_000)
  }

  // Not in glibc's headers under these names.
  static let TCP_CM_INQ: CInt = 36
  static let IPV6_ORIGDSTADDR: CInt = 74
  static let SCM_PIDFD: CInt = 4
  static let SCM_INQ: CInt = 84
  static let SO_TIMESTAMP_NEW: CInt = 63
  static let SO_TIMESTAMPNS_NEW: CInt = 64
  static let SO_TIMESTAMPING_NEW: CInt = 65
  static let IPV6_2292PKTINFO: CInt = 2
  static let IPV6_2292HOPLIMIT: CInt = 8
  static let IPV6_FLOWINFO: CInt = 11
  static let IPV6_PATHMTU: CInt = 61
  static let IPV6_DONTFRAG: CInt = 62

  /// Encodes messages into a buffer for `msg_control`.
  static func buffer(of messages: [ControlMessage]) -> [UInt8] {
    var result: [UInt8] = []
    for message in messages {
      let (level, type, bytes) = message.encoded
      // struct cmsghdr: a size_t and two ints; the data follows, aligned.
      result += .storing(sockshim_cmsg_length(bytes.count)) + .storing(level.rawValue) + .storing(type)
      result += [UInt8](repeating: 0, count: sockshim_cmsg_length(0) - headerSize)
      result += bytes
      result += [UInt8](
        repeating: 0, count: sockshim_cmsg_space(bytes.count) - sockshim_cmsg_length(bytes.count))
    }
    return result
  }

  static let headerSize = MemoryLayout<Int>.size + 2 * MemoryLayout<CInt>.size

  /// The buffer space needed for a control message with this many bytes of data: `CMSG_SPACE(3)`.
  public static func space(for count: Int) -> Int { sockshim_cmsg_space(max(0, count)) }
}
