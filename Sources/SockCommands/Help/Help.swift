import Operations

/// Requests for information about sock itself: help, the version, completion scripts.
enum Help {
  /// The width of help written to a file or a pipe; on a terminal it has the terminal's width.
  static let columns = 100

  /// The options that ask for information, in place of a verb's work.
  static let options = ["--help", "--version", "-h"]

  /// The error for one of them with a value.
  static func takesNoValue(_ option: String, _ value: String) -> OperationError {
    .usage("\(option) takes no value: leave '=\(value)' out")
  }

  /// Refuses what follows `help` if it is not one verb.
  static func check(_ arguments: [String]) throws(OperationError) {
    guard arguments.first == "help", let subject = arguments.dropFirst().first else { return }
    let isVerb = Verb(rawValue: subject) != nil
    if !isVerb, subject.hasPrefix("-"), !options.contains(subject) {
      throw .usage("'\(subject)' is no verb: write sock help VERB, such as sock help connect")
    }
    guard isVerb, let extra = arguments.dropFirst(2).first(where: { !options.contains($0) }) else { return }
    throw .usage("'\(extra)' is one word too many: help takes a single verb")
  }

  /// Answers a request for information about sock, if the arguments are one.
  ///
  /// - Returns: whether they were.
  static func answer(_ arguments: [String]) throws(OperationError) -> Bool {
    guard let text = text(for: arguments, columns: width) else { return false }
    try ConsoleOutput.print(text)
    return true
  }

  /// The answer; nil if the arguments are not such a request, or an invalid one.
  static func text(for arguments: [String], columns: Int = columns) -> String? {
    let asked = arguments.prefix { $0 != "--" }
    if let shell = completionShell(asked) { return CompletionScript(shell: shell)?.text }
    if asked.contains("--version") { return "sock \(Program.version)\n" }
    if arguments.first == "help" {
      let subject = arguments.dropFirst().first ?? "help"
      let verb = Verb(rawValue: subject)
      guard verb != nil || ["help", "-h", "--help"].contains(subject) else { return nil }
      return page(verb, showsAll: true, columns: columns)
    }
    guard asked.contains("--help") || asked.contains("-h") else { return nil }
    return page(Verb(rawValue: arguments[0]), showsAll: asked.contains("--help"), columns: columns)
  }

  /// What `sock` prints without arguments.
  static var overview: String { page(nil, showsAll: true, columns: columns) }

  private static func page(_ verb: Verb?, showsAll: Bool, columns: Int) -> String {
    guard let verb else { return HelpPage.overview(columns: columns) }
    return HelpPage(verb: verb, showsAll: showsAll, columns: columns).text
  }

  /// The value of `--generate-completion-script`; nil without it.
  private static func completionShell(_ arguments: ArraySlice<String>) -> String? {
    let name = "--generate-completion-script"
    for (index, argument) in zip(arguments.indices, arguments) {
      if argument == name { return arguments.dropFirst(index + 1).first }
      if argument.hasPrefix(name + "=") { return String(argument.dropFirst(name.count + 1)) }
    }
    return nil
  }

  /// The width of help, from COLUMNS or the terminal.
  private static var width: Int { OutputWidth.chosen ?? columns }
}
