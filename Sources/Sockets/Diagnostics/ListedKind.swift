/// The kinds of sockets that are listed, in their order.
package enum ListedKind: String, CaseIterable, Sendable {
  case tcp, mptcp, udp, udplite, sctp, dccp, raw, icmp, unix
  case unixDatagram = "unix-dgram"
  case unixSequencedPacket = "unix-seqpacket"
  case vsock, packet, netlink

  /// The protocol of an internet socket; nil for other families.
  package var protocolNumber: UInt32? {
    switch self {
    case .tcp: 6
    case .mptcp: 262
    case .udp: 17
    case .udplite: 136
    case .sctp: 132
    case .dccp: 33
    case .raw: 255
    case .icmp: 1
    case .unix, .unixDatagram, .unixSequencedPacket, .vsock, .packet, .netlink: nil
    }
  }

  /// The kinds that its name stands for: `unix` is for Unix sockets of any type.
  package var kindsOfName: [ListedKind] { self == .unix ? Self.allUnix : [self] }
  /// The kinds of Unix sockets.
  static let allUnix: [ListedKind] = [.unix, .unixDatagram, .unixSequencedPacket]

  /// The kinds of which a socket can have the address that one of this transport and family wants.
  package static func competing(for transport: Transport, _ family: AddressFamily) -> [ListedKind] {
    if family == .unix { return allUnix }
    let number = UInt32(transport.protocolNumber.rawValue)
    return allCases.filter { $0.protocolNumber == number || $0 == .mptcp && transport == .tcp }
  }

  /// Whether its states are those of TCP.
  var hasStatesOfTCP: Bool { self == .tcp || self == .mptcp || self == .dccp }
}

extension ListedKind {
  /// The name of a state of net/tcp_states.h, which other protocols use for their own.
  func state(_ number: UInt8) -> String {
    if !hasStatesOfTCP, number == 7 { return "unconnected" }
    // DCCP has two states of its own behind those of TCP, which have become more.
    if self == .dccp, number >= 13 { return "partopen" }
    let index = Int(number)
    return Self.states.indices.contains(index) ? Self.states[index] : "state-\(number)"
  }

  /// The states, from 0.
  private static let states = [
    "none", "established", "syn-sent", "syn-received", "fin-wait-1", "fin-wait-2", "time-wait", "closed", "close-wait",
    "last-ack", "listening", "closing", "syn-received", "bound",
  ]

  /// The name of the state of an SCTP association.
  static func associationState(_ number: UInt8) -> String {
    let names = [
      "closed", "cookie-wait", "cookie-echoed", "established", "shutdown-pending", "shutdown-sent", "shutdown-received",
      "shutdown-ack-sent",
    ]
    let index = Int(number)
    return names.indices.contains(index) ? names[index] : "state-\(number)"
  }

  /// Every state that a listed socket can have.
  package static let allStates: [String] =
    Array(states.dropFirst()).filter { $0 != "syn-received" } + ["syn-received", "unconnected", "partopen"]
    + (1..<8).map { associationState($0) }.filter { !states.contains($0) }
}
