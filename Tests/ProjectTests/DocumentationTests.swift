import Testing

/// The program, its manual and its README say the same.
@Suite struct DocumentationTests {
  static let exitStatuses = [
    "0", "64", "65", "68", "69", "70", "71", "73", "74", "75", "76", "77", "78", "126", "127", "128+N",
  ]

  @Test("the program, the manual and the README name the same verbs")
  func verbs() throws {
    #expect(CommandTree.verbs.sorted() == CommandTree.expectedVerbs)
    let pages = try ProjectFiles.names(in: "man").filter { $0.hasPrefix("sock-") && $0.hasSuffix(".1") }
    #expect(pages == CommandTree.expectedVerbs.map { "sock-\($0).1" })
    let overview = try ManualPage("sock.1").lines.drop { $0 != ".Ss Verbs" }.dropFirst().prefix { !$0.hasPrefix(".S") }
    let listed = overview.compactMap { $0.wholeMatch(of: /\.It Cm ([a-z-]+)/).map { String($0.1) } }
    #expect(listed.sorted() == CommandTree.expectedVerbs)
    let tour = try ProjectFiles.text("README.md")
    for verb in CommandTree.expectedVerbs { #expect(tour.contains("**`\(verb)`**"), "README.md: no tour of \(verb)") }
  }

  @Test("every option of a verb is in its manual page, and no other", arguments: CommandTree.expectedVerbs)
  func options(verb: String) throws {
    let program = try CommandTree.options(of: verb)
    let page = Set(try ManualPage("sock-\(verb).1").options.flatMap(\.spellings))
    #expect(program.subtracting(page).sorted() == [], "man/sock-\(verb).1 lacks these")
    #expect(page.subtracting(program).sorted() == [], "sock \(verb) does not know these, but its page does")
  }

  @Test("the names of one option stand together in its page", arguments: CommandTree.expectedVerbs)
  func names(verb: String) throws {
    let paragraphs = try ManualPage("sock-\(verb).1").options
    for option in try CommandTree.rows(of: verb) {
      let spellings = Set(CommandTree.spellings(option))
      let paragraph = paragraphs.first { !spellings.isDisjoint(with: $0.spellings) }
      #expect(Set(paragraph?.spellings ?? []) == spellings)
    }
  }

  @Test("a default that the program states is stated in the page", arguments: CommandTree.expectedVerbs)
  func defaults(verb: String) throws {
    let paragraphs = try ManualPage("sock-\(verb).1").options
    for option in try CommandTree.rows(of: verb) {
      let (summary, spelling) = (CommandTree.summary(option, of: verb), option.description)
      let text = paragraphs.first { $0.spellings.contains(spelling) }?.text ?? ""
      if summary.contains("default") {
        #expect(text.lowercased().contains("default"), "man/sock-\(verb).1, \(spelling): \(summary)")
      }
      for value in summary.matches(of: /default: ([0-9]+)|([a-z0-9-]+) \(default\)/) {
        let value = value.1 ?? value.2 ?? ""
        #expect(text.contains(value), "man/sock-\(verb).1, \(spelling): the default is \(value)")
      }
    }
  }

  @Test("sock(1) and the README list every exit status")
  func overviewOfExitStatuses() throws {
    #expect(try ManualPage("sock.1").exitStatuses.map(\.status) == Self.exitStatuses)
    let table = try ProjectFiles.text("README.md").split(separator: "\n## ").first { $0.hasPrefix("Exit statuses") }
    let rows = try #require(table).matches(of: /\| (\d+(?:\+N)?) \|/).map { String($0.1) }
    #expect(Set(rows) == Set(Self.exitStatuses) && rows.count == Self.exitStatuses.count)
  }

  @Test("a verb's page gives each exit status the meaning it has in sock(1)", arguments: CommandTree.expectedVerbs)
  func exitStatuses(verb: String) throws {
    let all = Dictionary(uniqueKeysWithValues: try ManualPage("sock.1").exitStatuses.map { ($0.status, $0.meaning) })
    let own = try ManualPage("sock-\(verb).1").exitStatuses
    #expect(own.first?.status == "0" && own.contains { $0.status == "64" })
    for (status, meaning) in own where status != "0" { #expect(all[status] == meaning, "status \(status)") }
  }

  @Test("a verb's page has the sections a reader looks for", arguments: CommandTree.expectedVerbs)
  func sections(verb: String) throws {
    let page = try ManualPage("sock-\(verb).1")
    for title in ["SYNOPSIS", "DESCRIPTION", "EXIT STATUS", "EXAMPLES", "SEE ALSO"] {
      #expect(!page.section(title).isEmpty, "man/sock-\(verb).1: \(title)")
    }
    #expect(page.exampleCommands.contains { $0.contains("sock \(verb)") })
  }

  @Test("examples use verbs and options that exist")
  func examples() throws {
    let pages = try ProjectFiles.names(in: "man").flatMap { try ManualPage($0).exampleCommands }
    let blocks = try ProjectFiles.text("README.md").split(separator: "```").enumerated().filter { $0.offset % 2 == 1 }
    let tour = blocks.flatMap { $0.element.split(separator: "\n").map(String.init) }
    var checked = 0
    for line in pages + tour {
      for call in line.matches(of: /\bsock ([a-z][a-z-]*)((?: [^|#&<>]*)?)/) where line.contains("sock: ") == false {
        let verb = String(call.1)
        let options = try CommandTree.options(of: verb)
        for word in call.2.split(separator: " ").prefix(while: { $0 != "--" }) where word.hasPrefix("-") {
          let option = String(word.prefix { $0 != "=" })
          #expect(options.contains(option), "\(line): \(verb) has no \(option)")
        }
        checked += 1
      }
    }
    #expect(checked > 40, "the examples were not found")
  }
}
