/// A setting of one protocol, made before a socket is connected or bound.
public enum ProtocolSetting: Sendable, Hashable {
  /// SCTP: the stream for messages.
  case messageStream(UInt16)
  /// SCTP: the payload protocol identifier for messages.
  case payloadProtocol(UInt32)
  /// UDP-Lite: how many bytes the checksum of sent datagrams covers; 0 for all.
  case sentCoverage(Int)
  /// UDP-Lite: how many bytes the checksum of received datagrams must cover; 0 for all.
  case requiredCoverage(Int)
  /// DCCP: the service code that a client asks for and a server offers.
  case serviceCode(DCCPServiceCode)

  /// The protocol that has this setting.
  public var protocolNumber: TransportProtocol {
    switch self {
    case .messageStream, .payloadProtocol: .sctp
    case .sentCoverage, .requiredCoverage: .udpLite
    case .serviceCode: .dccp
    }
  }
}

extension Socket {
  /// Applies a setting of the socket's protocol to everything it sends from now on.
  ///
  /// Calls `setsockopt(2)`: for SCTP `SCTP_DEFAULT_SNDINFO`, and `SCTP_INITMSG` if the stream exceeds those that the
  /// kernel requests from a peer; `UDPLITE_SEND_CSCOV`, `UDPLITE_RECV_CSCOV`; `DCCP_SOCKOPT_SERVICE`. Accepted sockets
  /// inherit it.
  public borrowing func set(_ setting: ProtocolSetting) throws(SystemError) {
    switch setting {
    case .messageStream(let stream):
      try setSendInformation { $0.stream = stream }
      try askForStreams(Int(stream) + 1)
    case .payloadProtocol(let identifier): try setSendInformation { $0.payloadProtocol = identifier }
    case .sentCoverage(let count): try setNumber(count, .udpLite, 10, "UDPLITE_SEND_CSCOV")
    case .requiredCoverage(let count): try setNumber(count, .udpLite, 11, "UDPLITE_RECV_CSCOV")
    case .serviceCode(let code):
      let bytes = code.bytes
      try setOption(level: .dccp, number: 2, bytes: bytes.span, about: "DCCP_SOCKOPT_SERVICE=\(code)")
    }
  }

  private borrowing func setNumber(
    _ value: Int, _ level: OptionLevel, _ number: CInt, _ name: String
  ) throws(SystemError) {
    let bytes = [UInt8].storing(CInt(clamping: value))
    try setOption(level: level, number: number, bytes: bytes.span, about: "\(name)=\(value)")
  }

  private borrowing func setSendInformation(_ change: (inout SCTPSendInfo) -> Void) throws(SystemError) {
    let name = "SCTP_DEFAULT_SNDINFO"
    let old = try getOption(level: .sctp, number: 34, capacity: SCTPSendInfo.size, about: name)
    var information = old.count >= SCTPSendInfo.size ? SCTPSendInfo(bytes: old) : SCTPSendInfo()
    change(&information)
    information.association = 0
    let new = information.bytes
    try setOption(level: .sctp, number: 34, bytes: new.span, about: name)
  }

  /// Makes new associations request at least this many streams.
  private borrowing func askForStreams(_ count: Int) throws(SystemError) {
    let old = try getOption(level: .sctp, number: 2, capacity: 8, about: "SCTP_INITMSG")
    guard old.count == 8, Int(old.load(UInt16.self)) < count else { return }
    // 0 leaves the other members unchanged.
    let new = [UInt8].storing(UInt16(clamping: count)) + [UInt8](repeating: 0, count: 6)
    try setOption(level: .sctp, number: 2, bytes: new.span, about: "SCTP_INITMSG")
  }

  /// The number of outgoing streams negotiated with the peer; nil if the socket has no streams, or several
  /// associations.
  ///
  /// Calls `getsockopt(2)` for `SCTP_STATUS`, on one-to-many sockets for `SCTP_GET_ASSOC_ID_LIST` first.
  public borrowing func outgoingStreamCount() -> Int? {
    guard protocolNumber == .sctp else { return nil }
    var question = [UInt8](repeating: 0, count: 176)
    if type == .sequencedPacket {
      guard let list = try? getOption(level: .sctp, number: 29, capacity: 8), list.count == 8,
        list.load(UInt32.self) == 1
      else { return nil }
      question.replaceSubrange(0..<4, with: list[4..<8])
    }
    // struct sctp_status: association, state, window, unacknowledged, pending, streams in, streams out.
    guard let status = try? getOption(level: .sctp, number: 14, asking: question, about: "SCTP_STATUS"),
      status.count >= 20
    else { return nil }
    return Int(status.load(UInt16.self, at: 18))
  }
}
