/// The options of a verb as listed in its manual page, in mdoc(7).
///
/// `SOCK_UPDATE_PAGES=1 swift test --filter ManualOptionsTests` writes the lists into man/sock-VERB.1.
package enum ManualOptions {
  /// The line before the list in a page.
  package static let begin = ".\\\" The options: made from their rows by ManualOptionsTests.\n"
  /// The line after it.
  package static let end = ".\\\" The end of the options.\n"

  /// The lists of a verb, one for each group.
  package static func list(of verb: String) -> String? {
    guard let verb = Verb(rawValue: verb) else { return nil }
    let options = Option.all(of: verb)
    var text = ""
    for group in Option.Group.allCases {
      let members = options.filter { $0.group == group }
      if members.isEmpty { continue }
      text += ".Ss \(group.rawValue)\n.Bl -tag -width Ds\n"
      for option in members { text += paragraph(of: option, for: verb) }
      text += ".El\n"
    }
    return text + help(hasMore: options.contains { !$0.common.contains(verb) }, isOnly: options.isEmpty)
  }

  private static func help(hasMore: Bool, isOnly: Bool) -> String {
    let heading = isOnly ? "" : ".Ss Help\n"
    let items =
      hasMore
      ? ".It Fl h\nShow the most common options, and exit.\n.It Fl -help\nShow all options, and exit.\n"
      : ".It Fl h , Fl -help\nShow a summary of the options, and exit.\n"
    return heading + ".Bl -tag -width Ds\n" + items + ".El\n"
  }

  private static func paragraph(of option: Option, for verb: Verb) -> String {
    let variant = option.variant(for: verb)
    var text = ".It "
    if let letter = option.letter { text += "Fl \(letter) , " }
    text +=
      "Fl -\(option.name)" + value(variant?.value ?? option.value, completion: variant?.completion ?? option.completion)
    text += "\n" + (variant?.manual ?? option.manual) + "\n"
    let others = option.exclusions.filter { $0.reason != nil }.flatMap(\.others).compactMap { name in
      Option.all.first { $0.name == name && $0.verbs.contains(verb) }
    }
    if !others.isEmpty {
      text += "Cannot be combined with\n" + macroList(others.map { ".Fl -\($0.name)" }) + ".\n"
    }
    return text
  }

  /// Macro lines of an enumeration: `.Fl a ,`, `.Fl b`, `or`, `.Fl c`; the last one without a newline.
  private static func macroList(_ macros: [String]) -> String {
    guard macros.count > 1, let last = macros.last else { return (macros.first ?? "") + " " }
    let first = macros.dropLast()
    return first.dropLast().map { $0 + " ,\n" }.joined() + (first.last ?? "") + "\nor\n" + last + " "
  }

  private static func value(_ form: Option.ValueForm, completion: ValueCompletion) -> String {
    let argument: String
    if let mdoc = form.mdoc {
      argument = mdoc
    } else if case .choices(let words) = completion, words().count <= 4 {
      argument = "Cm " + words().joined(separator: " | ")
    } else {
      argument = "Ar " + form.name.lowercased()
    }
    return switch form.kind {
    case .none: ""
    case .required: " " + argument
    case .optionalNumber: " Op " + argument
    case .optionalAttached: " Ns Op = Ns " + argument
    }
  }
}
