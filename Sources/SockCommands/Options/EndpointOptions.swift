import ArgumentParser

/// Which kind of socket the verbs for connections use.
struct EndpointOptions: ParsableArguments {
  @Flag(name: .of(.ipv4), help: "Use IPv4 only.") var ipv4 = false
  @Flag(name: .of(.ipv6), help: "Use IPv6 only.") var ipv6 = false
  @Flag(name: .of(.udp), help: "UDP in place of TCP.") var udp = false
  @Flag(name: .of(.unix), help: "A Unix socket: the endpoint is one word, a path or @name.") var unix = false
  @Flag(name: .of(.mptcp), help: "Multipath TCP.") var mptcp = false
  @Flag(name: .of(.sctp), help: "SCTP.") var sctp = false
  @Flag(name: .of(.dccp), help: "DCCP.") var dccp = false
  @Flag(name: .of(.udplite), help: "UDP-Lite.") var udplite = false
  @OptionGroup var numbers: NumberOptions

  static let names: [OptionName] =
    [.ipv4, .ipv6, .udp, .unix, .mptcp, .sctp, .dccp, .udplite] + NumberOptions.names
}

/// Which kind of socket the verbs for single datagrams use.
struct DatagramEndpointOptions: ParsableArguments {
  @Flag(name: .of(.ipv4), help: "Use IPv4 only.") var ipv4 = false
  @Flag(name: .of(.ipv6), help: "Use IPv6 only.") var ipv6 = false
  @Flag(name: .of(.unix), help: "A Unix datagram socket: the endpoint is one word, a path or @name.")
  var unix = false
  @Flag(name: .of(.udplite), help: "UDP-Lite.") var udplite = false
  @OptionGroup var numbers: NumberOptions

  static let names: [OptionName] = [.ipv4, .ipv6, .unix, .udplite] + NumberOptions.names
}

/// Which kind of socket the verbs use that know streams only.
struct StreamEndpointOptions: ParsableArguments {
  @Flag(name: .of(.ipv4), help: "Use IPv4 only.") var ipv4 = false
  @Flag(name: .of(.ipv6), help: "Use IPv6 only.") var ipv6 = false
  @Flag(name: .of(.unix), help: "A Unix socket: the endpoint is one word, a path or @name.") var unix = false
  @Flag(name: .of(.mptcp), help: "Multipath TCP.") var mptcp = false
  @Flag(name: .of(.sctp), help: "SCTP.") var sctp = false

  static let names: [OptionName] = [.ipv4, .ipv6, .unix, .mptcp, .sctp]
}
