import ArgumentParser

/// Whether the user watches how far the data has come.
struct ProgressOptions: ParsableArguments {
  @Option(
    name: .of(.progress), defaultAsFlag: "auto",
    help: ArgumentHelp(
      "Show bytes, rate and time left: auto (on a terminal), always or never (default: never; --progress alone: auto).",
      valueName: "when"))
  var progress: String?

  static let names: [OptionName] = [.progress]
}

/// When `--progress` shows anything.
enum ProgressChoice: String, CaseIterable {
  case auto, always, never
}
