import ArgumentParser

/// What is told about the run.
struct ReportOptions: ParsableArguments {
  @Flag(name: .of(.verbose), help: "Report events on stderr.") var verbose = false
  @Flag(name: .of(.json), help: "Report events and errors on stderr as JSON, one object a line.") var json = false
  @Flag(name: .of(.hex), help: "Dump both directions to stderr.") var hex = false
  @Option(name: .of(.log), help: ArgumentHelp("Write both directions to a file as well.", valueName: "file"))
  var log: String?
  @Option(name: .of(.logHex), help: ArgumentHelp("The same, as a hex dump.", valueName: "file")) var logHex: String?

  static let names: [OptionName] = [.verbose, .json, .hex, .log, .logHex]
}

/// The form of what is printed.
struct JSONOptions: ParsableArguments {
  @Flag(name: .of(.json), help: "Print a JSON array.") var json = false

  static let names: [OptionName] = [.json]
}
