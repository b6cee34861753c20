import Testing

@testable import SockCommands

/// What the program knows of its verbs and options: the table itself.
enum CommandTree {
  /// The names of a verb's options as they are typed, `-v` and `--verbose`, and those that ask for help.
  static func options(of verb: String) throws -> Set<String> {
    Set(try rows(of: verb).flatMap(spellings)).union(["-h", "--help"])
  }

  /// The rows of a verb's options.
  static func rows(of verb: String) throws -> [SockCommands.Option] {
    Option.all(of: try #require(Verb(rawValue: verb), "sock has no verb \(verb)"))
  }

  /// The names of one option as they are typed.
  static func spellings(_ option: SockCommands.Option) -> [String] {
    (option.letter.map { ["-\($0)"] } ?? []) + [option.description]
  }

  /// What help says about an option of a verb.
  static func summary(_ option: SockCommands.Option, of verb: String) -> String {
    Verb(rawValue: verb).flatMap { option.variant(for: $0)?.summary } ?? option.summary
  }

  /// The verbs that the program has.
  static var verbs: [String] { Verb.allCases.map(\.rawValue) }

  /// The verbs that must be there.
  static let expectedVerbs = [
    "bench", "connect", "families", "list", "listen", "opts", "ping", "recv", "relay", "resolve", "send",
    "shell", "trace-route", "udp-recv", "udp-send", "wait",
  ]
}
