/// What the kernel reports about a received datagram besides its data and sender. A member is nil if it was not
/// reported.
public struct DatagramFacts: Sendable, Hashable {
  /// The receiving interface and the destination address: `IP_PKTINFO`, `IPV6_PKTINFO`.
  public var packetInfo: PacketInfo?
  /// The remaining hops: `IP_TTL`, `IPV6_HOPLIMIT`.
  public var hopLimit: Int?
  /// The traffic class, DSCP and ECN: `IP_TOS`, `IPV6_TCLASS`.
  public var trafficClass: UInt8?
  /// When the kernel received it, since 1970: `SO_TIMESTAMPING`.
  public var softwareTime: Duration?
  /// When the network device received it, by the device's clock.
  public var hardwareTime: Duration?
  /// How many datagrams the socket had dropped by then; nil for none: `SO_RXQ_OVFL`.
  public var dropped: UInt32?
  /// The sender's credentials on a Unix socket: `SCM_CREDENTIALS`.
  public var credentials: Credentials?
  /// The stream and sequence of an SCTP message: `SCTP_RCVINFO`.
  public var message: SCTPReceiveInfo?
  /// Whether the sender's process is still running, according to a process descriptor (`SCM_PIDFD`, `SO_PEERPIDFD`).
  /// Once it has ended, its process ID may be reused.
  public var senderIsRunning: Bool?
  /// How many descriptors came with it: `SCM_RIGHTS`.
  public var descriptorCount = 0

  /// Creates facts with nothing reported but the number of descriptors.
  public init(descriptorCount: Int = 0) { self.descriptorCount = descriptorCount }

  /// Reads the facts from the control messages of a datagram, and checks whether its sender's process is running.
  public init(_ control: borrowing ReceivedControl) {
    self.init(control.messages, process: control.processDescriptors)
    descriptorCount = control.descriptors.count
  }

  /// Reads the facts from a message, in the same way.
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
      case .timestamp(let time, _): softwareTime = time
      case .timestamps(let software, let hardware): (softwareTime, hardwareTime) = (software, hardware)
      case .dropped(let count): dropped = count
      case .credentials(let sender): credentials = sender
      case .receivedMessage(let info): self.message = info
      default: break
      }
    }
  }

  /// The buffer space for the control messages enabled by ``request(on:)``, in bytes.
  public static let controlSize = 256

  /// Asks the kernel to report the facts of every datagram from now on.
  ///
  /// Calls `setsockopt(2)` for each. What the kernel or the socket lacks is not reported; this is not an error.
  public static func request(on socket: borrowing Socket) {
    if socket.protocolNumber == .sctp {
      try? socket.set(.receiveMessageInfo, to: true)
      // Not on stream sockets: their readers ask for notifications themselves if they can distinguish them from data.
      if socket.type == .sequencedPacket { try? socket.requestNotifications() }
    }
    // For a Unix connection, SO_PEERCRED identifies the peer once and for all.
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
  /// `to 127.0.0.1, by lo, ttl 64, tos 0x00, at 1795500000.123456789`; empty if nothing was reported.
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

  /// The interface's name, such as `eth0`, or its index if it no longer has one.
  public var interfaceName: String? {
    packetInfo.map { NetworkInterface.name(of: $0.interface) ?? String($0.interface) }
  }

  /// Formats a time as seconds since 1970 with nine decimals.
  public static func seconds(_ time: Duration) -> String {
    let (seconds, attoseconds) = time.components
    return "\(seconds)." + String(String(1_000_000_000 + attoseconds / 1_000_000_000).dropFirst())
  }
}
