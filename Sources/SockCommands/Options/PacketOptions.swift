import ArgumentParser

/// What stands in the headers of packets that are sent.
struct HeaderOptions: ParsableArguments {
  @Option(
    name: .of(.ttl),
    help: ArgumentHelp("How many hops packets may make, 1 to 255 (default: the kernel's choice).", valueName: "hops"))
  var ttl: String?
  @OptionGroup var trafficClass: TrafficClassOptions

  static let names: [OptionName] = [.ttl] + TrafficClassOptions.names
}

/// The byte of DSCP and ECN of packets that are sent.
struct TrafficClassOptions: ParsableArguments {
  @Option(
    name: .of(.tos),
    help: ArgumentHelp("DSCP and ECN: af21, ef, lowdelay …, or 0 to 255 (default: 0).", valueName: "class"))
  var tos: String?

  static let names: [OptionName] = [.tos]
}

/// By which way packets go.
struct InterfaceOptions: ParsableArguments {
  @Option(
    name: .of(.interface),
    help: ArgumentHelp("Send and receive by this interface only (default: as routes have it).", valueName: "name"))
  var interface: String?

  static let names: [OptionName] = [.interface]
}

/// From where datagrams go, while the socket itself stays open to all that comes.
struct OriginOptions: ParsableArguments {
  @Option(
    name: .of(.from),
    help: ArgumentHelp("Datagrams: say from where with each, ADDRESS[@INTERFACE] or @INTERFACE.", valueName: "origin"))
  var from: String?

  static let names: [OptionName] = [.from]
}

/// Whether datagrams may go to everybody.
struct BroadcastOptions: ParsableArguments {
  @Flag(name: .of(.broadcast), help: "Let datagrams go to a broadcast address; UDP unless said otherwise.")
  var broadcast = false

  static let names: [OptionName] = [.broadcast]
}

/// Which multicast groups are received.
struct GroupOptions: ParsableArguments {
  @Option(
    name: .of(.group),
    help: ArgumentHelp(
      "Join a multicast group, GROUP[@INTERFACE][,SOURCE]; may be repeated.", valueName: "group"))
  var group: [String] = []

  static let names: [OptionName] = [.group]
}
