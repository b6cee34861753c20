import Sockets

extension ControlMessage {
  /// The C name of its type, and the members of its struct.
  ///
  /// `IP_TTL 64`, `IP_PKTINFO {ipi_ifindex=1, ipi_spec_dst=127.0.0.1, ipi_addr=127.0.0.1}`.
  var text: String {
    switch self {
    case .descriptors(let numbers): "SCM_RIGHTS " + numbers.map(String.init).joined(separator: " ")
    case .credentials(let credentials):
      "SCM_CREDENTIALS {pid=\(credentials.processID), uid=\(credentials.userID), gid=\(credentials.groupID)}"
    case .packetInfo(let info): Self.text(info)
    case .hopLimit(let count, let family): "\(family == .ipv6 ? "IPV6_HOPLIMIT" : "IP_TTL") \(count)"
    case .trafficClass(let byte, let family):
      "\(family == .ipv6 ? "IPV6_TCLASS" : "IP_TOS") 0x\(String(byte, radix: 16))"
    case .timestamp(let time, .microseconds): "SCM_TIMESTAMP \(time.timeval)"
    case .timestamp(let time, .nanoseconds): "SCM_TIMESTAMPNS \(time.timespec)"
    case .timestamps(let software, let hardware):
      "SCM_TIMESTAMPING {software=\(software?.timespec ?? "none"), hardware=\(hardware?.timespec ?? "none")}"
    case .extendedError(let error): Self.text(error)
    case .segmentSize(let size): "UDP_GRO \(size)"
    case .dropped(let count): "SO_RXQ_OVFL \(count)"
    case .mark(let mark): "SO_MARK 0x\(String(mark, radix: 16))"
    case .priority(let priority): "SO_PRIORITY \(priority)"
    case .unread(let count, let level): "\(level == .socket ? "SCM_INQ" : "TCP_CM_INQ") \(count)"
    case .flowInfo(let info): "IPV6_FLOWINFO 0x\(String(info, radix: 16))"
    case .extensionHeader(let kind, let bytes): "\(kind) " + Self.text(kind, bytes)
    case .doNotFragment(let isOn): "IPV6_DONTFRAG \(isOn ? 1 : 0)"
    case .pathMTU(let size, let address): "IPV6_PATHMTU {ip6m_addr=\(address.host), ip6m_mtu=\(size)}"
    case .headerOptions(let bytes, let forAnswer): "\(forAnswer ? "IP_RETOPTS" : "IP_RECVOPTS") \(bytes.quoted)"
    case .originalDestination(let address):
      "\(address.family == .ipv6 ? "IPV6_ORIGDSTADDR" : "IP_ORIGDSTADDR") \(address)"
    case .receivedMessage(let info):
      "SCTP_RCVINFO {rcv_sid=\(info.stream), rcv_ssn=\(info.sequenceNumber), rcv_flags=\(info.flags), "
        + "rcv_ppid=\(info.payloadProtocol), rcv_tsn=\(info.transmissionNumber), "
        + "rcv_cumtsn=\(info.cumulativeNumber), rcv_context=\(info.context), rcv_assoc_id=\(info.association)}"
    case .sentMessage(let info):
      "SCTP_SNDINFO {snd_sid=\(info.stream), snd_flags=\(info.flags), snd_ppid=\(info.payloadProtocol), "
        + "snd_context=\(info.context), snd_assoc_id=\(info.association)}"
    case .other(let level, let type, let bytes): Self.text(level, type, bytes)
    }
  }

  /// A message without a case of its own: by name if it has one, a number as such.
  private static func text(_ level: OptionLevel, _ type: CInt, _ bytes: [UInt8]) -> String {
    guard let name = typeName(level: level, type: type) else { return "\(level)/\(type) \(bytes.quoted)" }
    switch bytes.count {
    case 1: return "\(name) \(bytes[0])"
    case 4: return "\(name) \(bytes.withUnsafeBytes { $0.loadUnaligned(as: CInt.self) })"
    default: return "\(name) \(bytes.quoted)"
    }
  }

  /// `{ip6h_nxt=59, ip6h_len=0, options=[5 "\x00\x00"]}`, or the members of a routing header.
  private static func text(_ kind: ExtensionHeaderKind, _ bytes: [UInt8]) -> String {
    guard bytes.count >= 4 else { return bytes.quoted }
    if kind.isRouting, let header = IPv6RoutingHeader(bytes: bytes) {
      let places =
        header.segments == nil ? "data=\(bytes.dropFirst(4).map { $0 }.quoted)" : "segments=[\(list(header.addresses))]"
      return "{ip6r_nxt=\(bytes[0]), ip6r_len=\(bytes[1]), ip6r_type=\(bytes[2]), ip6r_segleft=\(bytes[3]), \(places)}"
    }
    guard !kind.isRouting, let header = IPv6OptionHeader(bytes: bytes) else { return bytes.quoted }
    let options = header.options.map { "\($0.type) \($0.data.quoted)" }
    return "{ip6h_nxt=\(bytes[0]), ip6h_len=\(bytes[1]), options=[\(list(options))]}"
  }

  private static func list(_ items: [some CustomStringConvertible]) -> String {
    items.map(\.description).joined(separator: ", ")
  }

  private static func text(_ info: PacketInfo) -> String {
    switch info.local {
    case .ipv4:
      "IP_PKTINFO {ipi_ifindex=\(info.interface), ipi_spec_dst=\(info.local), ipi_addr=\(info.destination)}"
    case .ipv6: "IPV6_PKTINFO {ipi6_addr=\(info.local), ipi6_ifindex=\(info.interface)}"
    }
  }

  private static func text(_ error: ExtendedError) -> String {
    let members = [
      "ee_errno=\(error.number.name)", "ee_origin=\(error.origin)", "ee_type=\(error.type)", "ee_code=\(error.code)",
      "ee_info=\(error.info)", "ee_data=\(error.data)",
    ]
    let offender = error.offender.map { ["offender=\($0.host)"] } ?? []
    return
      "\(error.origin == .icmpv6 ? "IPV6_RECVERR" : "IP_RECVERR") {\((members + offender).joined(separator: ", "))}"
  }
}

extension ProcessDescriptor {
  /// `{pid=812}`, `{pid=-1, ended}`: what `/proc` says of the descriptor.
  var text: String { "{pid=\(processID ?? -1)\(isRunning ? "" : ", ended")}" }
}

extension Duration {
  /// `{tv_sec=1732420000, tv_usec=123456}`.
  fileprivate var timeval: String {
    "{tv_sec=\(components.seconds), tv_usec=\(components.attoseconds / 1_000_000_000_000)}"
  }

  /// `{tv_sec=1732420000, tv_nsec=123456789}`.
  fileprivate var timespec: String {
    "{tv_sec=\(components.seconds), tv_nsec=\(components.attoseconds / 1_000_000_000)}"
  }
}
