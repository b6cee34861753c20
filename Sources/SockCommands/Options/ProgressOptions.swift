import ArgumentParser

/// Whether the user watches how far the data has come.
struct ProgressOptions: ParsableArguments {
  @Option(
    name: .of(.progress), defaultAsFlag: "auto",
    help: ArgumentHelp("How far it is: auto, always, never (default).", valueName: "when"))
  var progress: String?

  static let names: [OptionName] = [.progress]
}

/// When `--progress` shows anything.
enum ProgressChoice: String, CaseIterable {
  case auto, always, never
}
