/// What the kernel tells of a received datagram beside its bytes and its sender; nil where it does not.
public struct DatagramFacts: Sendable, Hashable {
  /// The interface that it came by, and the address that it was sent to: `IP_PKTINFO`, `IPV6_PKTINFO`.
  public var packetInfo: PacketInfo?
  /// How many hops were left: `IP_TTL`, `IPV6_HOPLIMIT`.
  public var hopLimit: Int?
  /// The byte of DSCP and ECN: `IP_TOS`, `IPV6_TCLASS`.
  public var trafficClass: UInt8?
  /// When the kernel had it, since 1970: `SO_TIMESTAMPING`.
  public var softwareTime: Duration?
  /// When the device had it, by the clock of the device.
  public var hardwareTime: Duration?
  /// How many datagrams the socket had dropped by then; nil for none: `SO_RXQ_OVFL`.
  public var dropped: UInt32?
  /// Who sent it over a Unix socket: `SCM_CREDENTIALS`.
  public var credentials: Credentials?
  /// Which message of which stream it is: `SCTP_RCVINFO`.
  public var message: SCTPReceiveInfo?
  /// Whether that process still runs, as a descriptor of it tells (`SCM_PIDFD`, `SO_PEERPIDFD`): once it has ended its
  /// number may be another's.
  public var senderIsRunning: Bool?
  /// How many descriptors came with it: `SCM_RIGHTS`.
  public var descriptorCount = 0

  /// Nothing told, but perhaps how many descriptors came.
  public init(descriptorCount: Int = 0) { self.descriptorCount = descriptorCount }

  /// What the control messages of one datagram tell, and the state of its sender's process.
  public init(_ control: borrowing ReceivedControl) {
    self.init(control.messages, process: control.processDescriptors)
    descriptorCount = control.descriptors.count
  }

  /// The same of a message that was received by itself.
  public init(_ message: borrowing ReceivedMessage) {
    self.init(message.control, process: message.processDescriptors)
    descriptorCount = message.descriptors.count
  }

  private init(_ messages: [ControlMessage], process: borrowing ReceivedDescriptors) {
    senderIsRunning = process.firstIsRunning()
    for message in messages {
      switch message {
      case .packetInfo(let info): packetInfo = info
      case .hopLimit(let hops, _): hopLimit = hops
      case .trafficClass(let byte, _): trafficClass = byte
      case .timestamp(let time): softwareTime = time
      case .timestamps(let software, let hardware): (softwareTime, hardwareTime) = (software, hardware)
      case .dropped(let count): dropped = count
      case .credentials(let sender): credentials = sender
      case .receivedMessage(let info): self.message = info
      default: break
      }
    }
  }

  /// Room for the control messages that ``request(on:)`` brings, in bytes.
  public static let controlSize = 256

  /// Asks for the facts of every datagram that comes from now on.
  ///
  /// Calls `setsockopt(2)` for each: what the kernel or the socket lacks is not told, and no error.
  public static func request(on socket: borrowing Socket) {
    if socket.protocolNumber == .sctp {
      try? socket.set(.receiveMessageInfo, to: true)
      // Of a connection only those hear who can tell notifications from data: they ask for themselves.
      if socket.type == .sequencedPacket { try? socket.requestNotifications() }
    }
    // Of a Unix connection SO_PEERCRED tells who it is, once.
    guard [.datagram, .raw].contains(socket.type) else { return }
    try? socket.set(.receiveDropCount, to: true)
    let family = socket.family
    guard family != .unix else {
      try? socket.set(.passCredentials, to: true)
      try? socket.set(.passProcessDescriptors, to: true)
      return
    }
    // SOF_TIMESTAMPING_RX_HARDWARE, RX_SOFTWARE, SOFTWARE, RAW_HARDWARE.
    try? socket.set(.timestamping, to: 1 << 2 | 1 << 3 | 1 << 4 | 1 << 6)
    guard family == .ipv4 || family == .ipv6 else { return }
    try? socket.set(.receivePacketInfo(family), to: true)
    try? socket.set(.receiveHopLimit(family), to: true)
    try? socket.set(.receiveTrafficClass(family), to: true)
  }
}

extension DatagramFacts: CustomStringConvertible {
  /// `to 127.0.0.1, by lo, ttl 64, tos 0x00, at 1795500000.123456789`; empty where nothing is told.
  public var description: String {
    var parts: [String] = []
    if let info = packetInfo {
      parts.append("to \(info.destination)")
      parts.append("by \(interfaceName ?? "?")")
    }
    if let hopLimit { parts.append("ttl \(hopLimit)") }
    if let trafficClass { parts.append("tos 0x" + [trafficClass].hexadecimal) }
    if let softwareTime { parts.append("at \(Self.seconds(softwareTime))") }
    if let hardwareTime { parts.append("by the device's clock \(Self.seconds(hardwareTime))") }
    if let dropped { parts.append("\(dropped) dropped so far") }
    if let message { parts.append("\(message)") }
    if let credentials {
      parts.append(senderIsRunning == false ? "\(credentials), which has ended" : "\(credentials)")
    }
    if descriptorCount > 0 { parts.append("\(descriptorCount) descriptor\(descriptorCount == 1 ? "" : "s")") }
    return parts.joined(separator: ", ")
  }

  /// `eth0`; the index where the interface has no name any more.
  public var interfaceName: String? {
    packetInfo.map { NetworkInterface.name(of: $0.interface) ?? String($0.interface) }
  }

  /// Seconds since 1970 with nine decimals.
  public static func seconds(_ time: Duration) -> String {
    let (seconds, attoseconds) = time.components
    return "\(seconds)." + String(String(1_000_000_000 + attoseconds / 1_000_000_000).dropFirst())
  }
}
