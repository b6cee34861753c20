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
    case .timestamp(let time): "SO_TIMESTAMP \(time.timespec)"
    case .timestamps(let software, let hardware):
      "SO_TIMESTAMPING {software=\(software?.timespec ?? "none"), hardware=\(hardware?.timespec ?? "none")}"
    case .extendedError(let error): Self.text(error)
    case .segmentSize(let size): "UDP_GRO \(size)"
    case .dropped(let count): "SO_RXQ_OVFL \(count)"
    case .mark(let mark): "SO_MARK 0x\(String(mark, radix: 16))"
    case .unread(let count): "TCP_CM_INQ \(count)"
    case .originalDestination(let address):
      "\(address.family == .ipv6 ? "IPV6_ORIGDSTADDR" : "IP_ORIGDSTADDR") \(address)"
    case .receivedMessage(let info):
      "SCTP_RCVINFO {rcv_sid=\(info.stream), rcv_ssn=\(info.sequenceNumber), rcv_flags=\(info.flags), "
        + "rcv_ppid=\(info.payloadProtocol), rcv_tsn=\(info.transmissionNumber), "
        + "rcv_cumtsn=\(info.cumulativeNumber), rcv_context=\(info.context), rcv_assoc_id=\(info.association)}"
    case .sentMessage(let info):
      "SCTP_SNDINFO {snd_sid=\(info.stream), snd_flags=\(info.flags), snd_ppid=\(info.payloadProtocol), "
        + "snd_context=\(info.context), snd_assoc_id=\(info.association)}"
    case .other(let level, let type, let bytes): "\(level)/\(type) \(bytes.quoted)"
    }
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
  /// `{tv_sec=1732420000, tv_nsec=123456789}`.
  fileprivate var timespec: String {
    "{tv_sec=\(components.seconds), tv_nsec=\(components.attoseconds / 1_000_000_000)}"
  }
}

extension ControlMessage {
  /// A control message that `sendmsg` accepts as `NAME:VALUE`.
  struct Form: Sendable {
    let name: String
    /// What a value looks like, for messages.
    let expectation: String
    let parse: @Sendable (String) -> ControlMessage?
  }

  /// Every control message with a text form, except `SCM_RIGHTS`, whose values are sockets of the session.
  static let forms: [Form] = [
    Form(name: "SCM_CREDENTIALS", expectation: "PID,UID,GID") { text in
      let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { UInt32($0) }
      guard numbers.count == 3, let process = numbers[0].flatMap({ CInt(exactly: $0) }), let user = numbers[1],
        let group = numbers[2]
      else { return nil }
      return .credentials(Credentials(processID: process, userID: user, groupID: group))
    },
    number("IP_TTL", 1...255) { .hopLimit($0, .ipv4) },
    number("IP_TOS", 0...255) { .trafficClass(UInt8($0), .ipv4) },
    packetInfo("IP_PKTINFO", .ipv4),
    number("IPV6_HOPLIMIT", 0...255) { .hopLimit($0, .ipv6) },
    number("IPV6_TCLASS", 0...255) { .trafficClass(UInt8($0), .ipv6) },
    packetInfo("IPV6_PKTINFO", .ipv6),
    number("UDP_SEGMENT", 1...65_535) { .segmentSize($0) },
    number("SO_MARK", 0...Int(UInt32.max)) { .mark(UInt32($0)) },
  ]

  /// `ADDRESS`, `ADDRESS@INTERFACE` or `@INTERFACE`: the source address and the outgoing interface.
  private static func packetInfo(_ name: String, _ family: AddressFamily) -> Form {
    Form(
      name: name, expectation: "a local \(family.commonName) address, an interface as @lo, or both: ADDRESS@INTERFACE"
    ) {
      text in (try? PacketOrigin(text))?.packetInfo(of: family).map { .packetInfo($0) }
    }
  }

  private static func number(
    _ name: String, _ range: ClosedRange<Int>, _ make: @escaping @Sendable (Int) -> ControlMessage
  ) -> Form {
    Form(name: name, expectation: "a number from the range \(range.lowerBound) to \(range.upperBound)") { text in
      let number = text.lowercased().hasPrefix("0x") ? Int(text.dropFirst(2), radix: 16) : Int(text)
      guard let number, range.contains(number) else { return nil }
      return make(number)
    }
  }
}
