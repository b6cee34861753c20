/// The text that `-h` and `--help` print for a verb.
struct HelpPage {
  let verb: Verb
  /// Whether every option is shown, as for `--help`; `-h` shows the most used ones.
  let showsAll: Bool
  let columns: Int

  /// The whole page, ending with a newline.
  var text: String {
    let command = verb.command
    let usage = ["USAGE: sock \(verb.rawValue)", hasOptions ? "[options]" : "", command.operands]
    var lines = [usage.filter { !$0.isEmpty }.joined(separator: " "), ""]
    lines += Self.wrap(command.abstract, columns: columns) + notes(of: command) + [""]
    lines += options
    lines += command.examples.map { "Example: \($0)" }
    lines += closing
    return lines.joined(separator: "\n") + "\n"
  }

  private var hasOptions: Bool { Option.all.contains { $0.verbs.contains(verb) } }

  /// The lines of the options, group by group. `-h` omits the blank lines to fit on one screen.
  private var options: [String] {
    let rows = Option.all(of: verb).filter { showsAll || $0.common.contains(verb) }
    let width = min(32, (rows.map { Self.heading(of: $0, for: verb).count }.max() ?? 0) + 4)
    var lines: [String] = []
    for group in Option.Group.allCases {
      let members = rows.filter { $0.group == group }
      if members.isEmpty { continue }
      lines.append("\(group.rawValue):")
      for option in members {
        let summary = option.variant(for: verb)?.summary ?? option.summary
        lines += Self.entry(Self.heading(of: option, for: verb), summary, indent: width, columns: columns)
      }
      if showsAll { lines.append("") }
    }
    if !showsAll, !lines.isEmpty { lines.append("") }
    return lines
  }

  /// The notes of the verb, and the format of times if an option takes one.
  private func notes(of command: any VerbCommand.Type) -> [String] {
    var notes = command.notes.split(separator: "\n").flatMap { Self.wrap(String($0), columns: columns) }
    if Option.all(of: verb).contains(where: { $0.value.name == "SECS" }) {
      notes.append("Times are in seconds, or have a unit: 1.5, 300ms, 2m, 1h.")
    }
    return notes
  }

  private var closing: [String] {
    let manual = "Manual: man sock-\(verb.rawValue)."
    let isWhole = showsAll || Option.all(of: verb).allSatisfy { $0.common.contains(verb) }
    return [isWhole ? manual : "All options: sock \(verb.rawValue) --help. \(manual)"]
  }

  /// `-w, --timeout SECS`; a long name without a letter is indented like one with a letter.
  static func heading(of option: Option, for verb: Verb) -> String {
    let value = option.variant(for: verb)?.value ?? option.value
    let form =
      switch value.kind {
      case .none: ""
      case .required: " \(value.name)"
      case .optionalNumber: " [\(value.name)]"
      case .optionalAttached: "[=\(value.name)]"
      }
    return (option.letter.map { "-\($0), " } ?? "    ") + "\(option)\(form)"
  }
}

extension HelpPage {
  /// The text that `sock --help` prints.
  static func overview(columns: Int) -> String {
    var lines = [
      "The Berkeley sockets API at the command line.", "", "USAGE: sock VERB [options] [words]", "",
      "Only payload goes to stdout; events and errors go to stderr.",
    ]
    for (title, verbs) in verbs {
      lines.append("\(title):")
      for verb in verbs { lines += entry(verb.rawValue, verb.command.abstract, indent: 15, columns: columns) }
    }
    lines += [
      "Options:",
      "  -h, --help                            Show this summary; after a verb, its options",
      "  --version                             Show the version",
      "  --generate-completion-script SHELL    Print the completions for bash, zsh or fish", "",
      "Examples:",
      "  sock listen 1100                      wait for a peer, and exchange data with it",
      "  sock connect localhost 1100           connect to that listener",
      "  sock send localhost 1100 'hello'      send a message, and print the reply",
      "Options of a verb: sock VERB -h, or --help for all of them. Manual: man sock, man sock-VERB.",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  /// The verbs, in the groups of the overview.
  private static let verbs: [(String, [Verb])] = [
    ("Streams", [.listen, .connect, .send, .recv, .relay]), ("Datagrams", [.udpSend, .udpRecv]),
    ("Network", [.wait, .ping, .traceRoute, .bench]), ("System", [.list, .resolve, .opts, .families, .shell]),
  ]

  /// A name and its description, in two columns.
  static func entry(_ name: String, _ text: String, indent: Int, columns: Int) -> [String] {
    let margin = String(repeating: " ", count: indent)
    let lines = wrap(text, columns: max(20, columns - indent))
    let gap = indent - 2 - name.count
    if gap < 2 { return ["  " + name] + lines.map { margin + $0 } }
    let first = "  " + name + String(repeating: " ", count: gap) + (lines.first ?? "")
    return [first] + lines.dropFirst().map { margin + $0 }
  }

  /// Text broken between words into lines of at most this many columns.
  static func wrap(_ text: String, columns: Int) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, last.count + 1 + word.count <= columns {
        lines[lines.count - 1] += " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }
}
