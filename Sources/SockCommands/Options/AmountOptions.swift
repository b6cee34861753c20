import ArgumentParser

/// How fast data goes.
struct RateOptions: ParsableArguments {
  @Option(
    name: .of(.limitRate),
    help: ArgumentHelp(
      "Bytes per second each way, or send=1M,recv=500k (default: no limit).", valueName: "rate"))
  var limitRate: String?

  static let names: [OptionName] = [.limitRate]
}

/// How much of the input is sent.
struct AmountOptions: ParsableArguments {
  @Option(name: .of(.bytes), help: ArgumentHelp("Send so many bytes of the input (default: all).", valueName: "n"))
  var bytes: String?
  @Option(name: .of(.skip), help: ArgumentHelp("Pass over so many bytes of the input first.", valueName: "n"))
  var skip: String?

  static let names: [OptionName] = [.bytes, .skip]
}
