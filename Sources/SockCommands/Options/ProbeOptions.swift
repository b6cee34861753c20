import ArgumentParser

/// Whom `ping` and `trace-route` probe.
struct ProbeArguments: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "A name or an address; with --tcp and --udp a port too: HOST PORT, PORT HOST, HOST:PORT, tcp://HOST:PORT.",
      valueName: "host"))
  var words: [String] = []
}

/// What both let their user choose of a probe.
struct ProbeOptions: ParsableArguments {
  @Flag(name: .of(.ipv4), help: "Use IPv4 only.") var ipv4 = false
  @Flag(name: .of(.ipv6), help: "Use IPv6 only.") var ipv6 = false
  @Option(
    name: .of(.source),
    help: ArgumentHelp("Send from this local address (default: the kernel's choice).", valueName: "address"))
  var source: String?
  @OptionGroup var interface: InterfaceOptions
  @OptionGroup var trafficClass: TrafficClassOptions
  @OptionGroup var socket: SocketOptions
  @Option(name: .of(.timeout), help: ArgumentHelp("Wait so long for each answer (default: 2).", valueName: "secs"))
  var timeout: String?
  @OptionGroup var deadline: DeadlineOptions
  @Flag(name: .of(.json), help: "Print JSON, one object a line.") var json = false

  static let names: [OptionName] =
    [.ipv4, .ipv6, .source] + InterfaceOptions.names + TrafficClassOptions.names + SocketOptions.names + [.timeout]
    + DeadlineOptions.names + [.json]
}
