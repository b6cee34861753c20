/// A manual page in mdoc, as far as the tests read it.
struct ManualPage {
  let lines: [Substring]

  init(_ name: String) throws {
    lines = try ProjectFiles.text("man/" + name).split(separator: "\n", omittingEmptySubsequences: false)
  }

  /// One paragraph of a list of options: `.It Fl v , Fl -verbose` and what follows.
  struct Option {
    let spellings: [String]
    var text: String
  }

  /// The options that have a paragraph of their own.
  var options: [Option] {
    var found: [Option] = []
    for line in lines {
      if line.hasPrefix(".It Fl ") {
        let spellings = line.matches(of: /Fl (-?)([A-Za-z0-9][A-Za-z0-9-]*)/).map { match in
          match.1 == "-" ? "--" + match.2 : "-" + match.2
        }
        found.append(Option(spellings: spellings, text: String(line)))
      } else if line.hasPrefix(".It") || line.hasPrefix(".El") || line.hasPrefix(".Sh") {
        found.append(Option(spellings: [], text: ""))
      } else if !found.isEmpty {
        found[found.count - 1].text += "\n" + line
      }
    }
    return found.filter { !$0.spellings.isEmpty }
  }

  /// The lines of a section, without its heading.
  func section(_ title: String) -> [Substring] {
    guard let start = lines.firstIndex(of: ".Sh \(title)") else { return [] }
    return Array(lines[(start + 1)...].prefix { !$0.hasPrefix(".Sh ") })
  }

  /// The exit statuses and what they mean, in order.
  var exitStatuses: [(status: String, meaning: String)] {
    var found: [(String, String)] = []
    for line in section("EXIT STATUS").prefix(while: { !$0.hasPrefix(".El") }) {
      if line.hasPrefix(".It ") {
        found.append((String(line.dropFirst(4)), ""))
      } else if !found.isEmpty {
        found[found.count - 1].1 += (found[found.count - 1].1.isEmpty ? "" : " ") + line
      }
    }
    return found
  }

  /// The command lines of the examples, as a shell would see them.
  var exampleCommands: [String] {
    lines.filter { $0.wholeMatch(of: /[a-z]*\$ .*/) != nil }
      .map { String($0.drop { $0 != "$" }.dropFirst(2)).replacing("\\e", with: "\\") }
  }
}
