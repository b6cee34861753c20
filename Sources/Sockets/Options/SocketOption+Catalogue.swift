extension SocketOption {
  private static let everyLevel = [
    socketLevel, tcpLevel, udpLevel, ipLevel, ipv6Level, sctpLevel, dccpLevel, vsockLevel, tipcLevel, packetLevel,
    netlinkLevel, rawLevel, tlsLevel, mptcpLevel, canLevel, algorithmLevel,
  ]

  /// Every option that this library knows, in the order in which unprefixed names are searched: those of every
  /// socket, then TCP, UDP, UDP-Lite, IPv4, IPv6, SCTP and the rest.
  ///
  /// To add an option, add a row to the file of its level. The numbers are those of Linux on every architecture that
  /// Swift supports (asm-generic); a test compares them with the C headers.
  public static let catalogue: [SocketOption] = everyLevel.flatMap { $0 }

  /// Makes the rows of one level, with what they have in common.
  struct Rows {
    let level: OptionLevel
    let owners: Owners

    func callAsFunction(
      _ name: String, _ number: CInt, _ kind: Kind, _ access: Access, on owners: Owners? = nil, _ meaning: String,
      requires requirement: Requirement? = nil, condition: String? = nil
    ) -> SocketOption {
      SocketOption(
        name: name, level: level, number: number, kind: kind, access: access, owners: owners ?? self.owners,
        meaning: requirement.map { "\(meaning); \($0)" } ?? meaning, requirement: requirement, condition: condition)
    }

    func callAsFunction(
      _ name: String, _ number: CInt, _ kind: Kind, on owners: Owners? = nil, _ meaning: String,
      requires requirement: Requirement? = nil, condition: String? = nil
    ) -> SocketOption {
      self(name, number, kind, .readWrite, on: owners, meaning, requires: requirement, condition: condition)
    }
  }
}
