/// A notification about an SCTP association, received among the data once enabled (`SCTP_EVENTS`): `union
/// sctp_notification`, RFC 6458, 6.1.
///
/// The flag `MSG_NOTIFICATION` distinguishes it from data.
public struct SCTPNotification: Sendable, Hashable {
  /// The event in words: `association up, 10 streams out and 10 in`.
  public let text: String

  /// Decodes a notification.
  public init(_ bytes: [UInt8]) {
    let type = bytes.count >= 8 ? bytes.load(UInt16.self) : 0
    switch type {
    case 0x8001 where bytes.count >= 20: text = Self.change(bytes)
    case 0x8002 where bytes.count >= 140: text = Self.addressChange(bytes)
    case 0x8003, 0x800b: text = "a message was not sent"
    case 0x8004: text = "the peer reports an error"
    case 0x8005: text = "the peer sends no more"
    case 0x8006: text = "the rest of a partially received message will not arrive"
    case 0x8009: text = "all that was sent has been acknowledged"
    default: text = "notification 0x\(String(type, radix: 16))"
    }
  }

  /// `struct sctp_assoc_change`.
  private static func change(_ bytes: [UInt8]) -> String {
    let (outgoing, incoming) = (bytes.load(UInt16.self, at: 12), bytes.load(UInt16.self, at: 14))
    let streams = "\(outgoing) streams out and \(incoming) in"
    return switch bytes.load(UInt16.self, at: 8) {
    case 0: "association up, \(streams)"
    case 1: "association lost"
    case 2: "the peer has restarted, \(streams)"
    case 3: "association shut down"
    case 4: "no association could be established"
    default: "the association has changed"
    }
  }

  /// `struct sctp_paddr_change`.
  private static func addressChange(_ bytes: [UInt8]) -> String {
    let address = SocketAddress(storage: Array(bytes[8..<136])).map(\.host) ?? "?"
    let state = bytes.load(CInt.self, at: 136)
    let states = ["available", "unreachable", "removed", "added", "primary now", "confirmed", "potentially failed"]
    return "the peer's address \(address) is " + (states.indices.contains(Int(state)) ? states[Int(state)] : "changed")
  }
}

/// The notifications that an SCTP socket can be asked for.
public enum SCTPNotifications: Sendable {
  /// Changes of associations and of their addresses, failed sends, errors and shutdowns.
  case all
  /// That the peer shuts the association down.
  case shutdownOnly
}

extension Socket {
  /// Enables notifications on an SCTP socket.
  ///
  /// Calls `setsockopt(2)` for `SCTP_EVENTS`.
  public borrowing func requestNotifications(_ wanted: SCTPNotifications = .all) throws(SystemError) {
    // struct sctp_event_subscribe, a byte each: data, association, address, send failure, peer error, shutdown.
    let others: UInt8 = wanted == .all ? 1 : 0
    let bytes: [UInt8] = [0, others, others, others, others, 1]
    try setOption(level: .sctp, number: 11, bytes: bytes.span, about: "SCTP_EVENTS")
  }
}
