import SockTestSupport
import Testing

/// What `--help` prints is read in a terminal, by someone in a hurry.
@Suite struct HelpTests {
  static func help(_ arguments: [String]) throws -> String {
    let outcome = try Sock.run(arguments, environment: ["COLUMNS": "100"])
    #expect(outcome.status == 0 && outcome.errors.isEmpty, "sock \(arguments.joined(separator: " ")): \(outcome)")
    return outcome.text
  }

  @Test("help is at most 100 columns wide", arguments: [[]] + CommandTree.expectedVerbs.map { [$0] })
  func width(verb: [String]) throws {
    for line in try Self.help(verb + ["--help"]).split(separator: "\n") {
      #expect(line.count <= 100, "sock \(verb.joined()) --help: \(line)")
    }
  }

  @Test("help shows an example", arguments: CommandTree.expectedVerbs)
  func example(verb: String) throws {
    let lines = try Self.help([verb, "--help"]).split(separator: "\n")
    let examples = lines.drop { !$0.lowercased().hasPrefix("example") }
    #expect(examples.contains { $0.contains("sock \(verb)") })
    for line in lines where line.contains("  sock \(verb) ") {
      let known = try CommandTree.options(of: verb)
      for word in line.split(separator: " ") where word.hasPrefix("-") && word.count > 1 {
        #expect(known.contains(String(word.prefix { $0 != "=" })), "\(line)")
      }
    }
  }

  @Test("help says what happens without an option", arguments: CommandTree.expectedVerbs.filter { $0 != "families" })
  func defaults(verb: String) throws {
    #expect(try Self.help([verb, "--help"]).contains("default"), "sock \(verb) --help names no default")
  }

  @Test("help names every option and every verb")
  func completeness() throws {
    let overview = try Self.help(["--help"])
    for verb in CommandTree.verbs {
      #expect(overview.contains("  \(verb) "))
      let text = try Self.help([verb, "--help"])
      for option in try CommandTree.rows(of: verb).flatMap(CommandTree.spellings) {
        #expect(text.contains(option), "sock \(verb) --help: \(option)")
      }
    }
  }

  @Test("`sock help VERB` is `sock VERB --help`", arguments: CommandTree.expectedVerbs)
  func helpVerb(verb: String) throws {
    #expect(try Self.help(["help", verb]) == Self.help([verb, "--help"]))
  }

}
