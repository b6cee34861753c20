import ArgumentParser

/// How long a client tries.
struct ConnectTimeOptions: ParsableArguments {
  @Option(
    name: .of(.timeout),
    help: ArgumentHelp("For each attempt to connect (default: 10, 0: no limit).", valueName: "secs"))
  var timeout: String?

  static let names: [OptionName] = [.timeout]
}

/// How long a connection may be silent.
struct IdleOptions: ParsableArguments {
  @Option(
    name: .of(.idle),
    help: ArgumentHelp("End a connection without traffic (default: never).", valueName: "secs"))
  var idle: String?

  static let names: [OptionName] = [.idle]
}

/// How long the whole run may take.
struct DeadlineOptions: ParsableArguments {
  @Option(name: .of(.deadline), help: ArgumentHelp("End the whole run (default: never).", valueName: "secs"))
  var deadline: String?

  static let names: [OptionName] = [.deadline]
}

/// How long to wait for the peer once there is nothing left to send.
struct WaitOptions: ParsableArguments {
  @Option(
    name: .of(.wait),
    help: ArgumentHelp(
      "At the end of input wait so long (default: for ever; datagrams: 1).", valueName: "secs"))
  var wait: String?

  static let names: [OptionName] = [.wait]
}
