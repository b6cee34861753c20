import ArgumentParser

/// What is set on the socket before it binds or connects.
struct SocketOptions: ParsableArguments {
  @Option(
    name: .of(.option),
    help: ArgumentHelp("Set a socket option, NAME=VALUE (see sock opts); may be repeated.", valueName: "n=v"))
  var option: [String] = []

  static let names: [OptionName] = [.option]
}

/// Which end of our own a client uses.
struct SourceOptions: ParsableArguments {
  @Option(
    name: .of(.source),
    help: ArgumentHelp("Connect from this local address (default: the kernel's choice).", valueName: "address"))
  var source: String?
  @Option(
    name: .of(.sourcePort),
    help: ArgumentHelp("Connect from this local port (default: the kernel's choice).", valueName: "n"))
  var sourcePort: String?

  static let names: [OptionName] = [.source, .sourcePort]
}
