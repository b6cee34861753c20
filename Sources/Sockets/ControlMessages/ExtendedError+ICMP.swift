extension ExtendedError {
  /// What happened to a packet, according to an ICMP message.
  public enum Fate: Sendable, Hashable {
    /// It ran out of hops on the way.
    case timeExceeded
    /// It reached the host, where no socket receives at the port.
    case portUnreachable
    /// It could not be forwarded, and neither could any other.
    case unreachable
    /// Anything else, such as a packet that is too big.
    case other
  }

  private struct Meaning {
    let type: UInt8
    let code: UInt8
    let words: String
    /// The mark that traceroute(8) prints after the time.
    let mark: String
  }

  /// What happened to the packet.
  public var fate: Fate {
    switch (origin, type, code) {
    case (.icmp, 11, _), (.icmpv6, 3, _): .timeExceeded
    case (.icmp, 3, 3), (.icmpv6, 1, 4): .portUnreachable
    // Code 4 asks for smaller packets; ICMPv6 has a separate type for that.
    case (.icmp, 3, 4): .other
    case (.icmp, 3, _), (.icmpv6, 1, _): .unreachable
    default: .other
    }
  }

  /// Whether the error may be transient and should not end an exchange (RFC 1122, 4.2.3.9): an exceeded hop limit, or
  /// no route to the network or host.
  ///
  /// All other errors mean that nothing will arrive: no receiver for the protocol or port, or a filter. The kernel
  /// draws the same line for sockets without `IP_RECVERR`.
  public var isTransient: Bool {
    switch (origin, type, code) {
    case (.icmp, 3, let code): [0, 1, 5, 11, 12].contains(code)
    case (.icmpv6, 1, let code): [0, 2, 3].contains(code)
    default: fate == .timeExceeded
    }
  }

  /// The ICMP message in words, such as `network unreachable`; for an error of this host, its `errno`.
  public var meaning: String {
    guard origin == .icmp || origin == .icmpv6 else { return number.description }
    let words = known?.words ?? "ICMP\(origin == .icmpv6 ? "v6" : "") type \(type), code \(code)"
    return number == .messageTooLong && info > 0 ? "\(words) (MTU \(info))" : words
  }

  /// The mark known from traceroute(8): `!N`, `!H`, `!X` …; empty if the packet only ran out of hops.
  public var mark: String {
    guard origin == .icmp || origin == .icmpv6, fate != .timeExceeded else { return "" }
    if number == .messageTooLong { return "!F-\(info)" }
    return known?.mark ?? "!<\(type)-\(code)>"
  }

  private var known: Meaning? {
    (origin == .icmpv6 ? Self.icmpv6 : Self.icmp).first { $0.type == type && $0.code == code }
  }

  // RFC 792, RFC 1122, RFC 1812.
  private static let icmp = [
    Meaning(type: 3, code: 0, words: "network unreachable", mark: "!N"),
    Meaning(type: 3, code: 1, words: "host unreachable", mark: "!H"),
    Meaning(type: 3, code: 2, words: "protocol unreachable", mark: "!P"),
    Meaning(type: 3, code: 3, words: "port unreachable", mark: ""),
    Meaning(type: 3, code: 4, words: "fragmentation needed", mark: "!F"),
    Meaning(type: 3, code: 5, words: "source route failed", mark: "!S"),
    Meaning(type: 3, code: 6, words: "network unknown", mark: "!U"),
    Meaning(type: 3, code: 7, words: "host unknown", mark: "!W"),
    Meaning(type: 3, code: 8, words: "source host isolated", mark: "!I"),
    Meaning(type: 3, code: 9, words: "network administratively prohibited", mark: "!A"),
    Meaning(type: 3, code: 10, words: "host administratively prohibited", mark: "!Z"),
    Meaning(type: 3, code: 11, words: "network unreachable for this type of service", mark: "!Q"),
    Meaning(type: 3, code: 12, words: "host unreachable for this type of service", mark: "!T"),
    Meaning(type: 3, code: 13, words: "communication administratively prohibited", mark: "!X"),
    Meaning(type: 3, code: 14, words: "host precedence violation", mark: "!V"),
    Meaning(type: 3, code: 15, words: "precedence cutoff", mark: "!C"),
    Meaning(type: 11, code: 0, words: "time to live exceeded", mark: ""),
    Meaning(type: 11, code: 1, words: "fragment reassembly time exceeded", mark: ""),
    Meaning(type: 12, code: 0, words: "parameter problem", mark: "!<12-0>"),
  ]

  // RFC 4443.
  private static let icmpv6 = [
    Meaning(type: 1, code: 0, words: "no route to the destination", mark: "!N"),
    Meaning(type: 1, code: 1, words: "communication administratively prohibited", mark: "!X"),
    Meaning(type: 1, code: 2, words: "beyond the scope of the source address", mark: "!S"),
    Meaning(type: 1, code: 3, words: "address unreachable", mark: "!H"),
    Meaning(type: 1, code: 4, words: "port unreachable", mark: ""),
    Meaning(type: 1, code: 5, words: "source address failed ingress policy", mark: "!A"),
    Meaning(type: 1, code: 6, words: "rejected route", mark: "!X"),
    Meaning(type: 2, code: 0, words: "packet too big", mark: "!F"),
    Meaning(type: 3, code: 0, words: "hop limit exceeded", mark: ""),
    Meaning(type: 3, code: 1, words: "fragment reassembly time exceeded", mark: ""),
    Meaning(type: 4, code: 0, words: "erroneous header field", mark: "!<4-0>"),
    Meaning(type: 4, code: 1, words: "unrecognised next header", mark: "!P"),
    Meaning(type: 4, code: 2, words: "unrecognised IPv6 option", mark: "!<4-2>"),
  ]
}
