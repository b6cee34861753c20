import ArgumentParser

/// Whether the bytes are summed up.
struct ChecksumOptions: ParsableArguments {
  @Option(
    name: .of(.checksum),
    help: ArgumentHelp(
      "Report the sum of the bytes each way, such as sha256 (default: none).", valueName: "name"))
  var checksum: String?

  static let names: [OptionName] = [.checksum]
}
