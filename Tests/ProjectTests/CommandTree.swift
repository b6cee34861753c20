import Foundation
import SockTestSupport
import Testing

/// What the program itself says about its verbs and options: `sock --experimental-dump-help`.
struct CommandTree: Decodable {
  struct Command: Decodable {
    let commandName: String
    let subcommands: [Command]?
    let arguments: [Argument]?
    let shouldDisplay: Bool?

    /// Its options, without `--version`, which the parser shows with every verb: it belongs to `sock` alone.
    var shownOptions: [Argument] {
      (arguments ?? []).filter { $0.isShown && $0.kind != "positional" && $0.spellings != ["--version"] }
    }

    /// The names of its options as they are typed: `-v`, `--verbose`.
    var options: Set<String> { Set(shownOptions.flatMap(\.spellings)) }
  }

  struct Argument: Decodable {
    struct Name: Decodable {
      let kind: String
      let name: String
    }
    let kind: String
    let names: [Name]?
    let shouldDisplay: Bool?
    let abstract: String?

    var isShown: Bool { shouldDisplay ?? true }
    var spellings: [String] { (names ?? []).map { ($0.kind == "long" ? "--" : "-") + $0.name } }
  }

  let command: Command

  /// The tree of the program that stands beside the tests.
  static let built = Result { () throws -> CommandTree in
    let outcome = try Sock.run(["--experimental-dump-help"])
    guard outcome.status == 0 else { throw TestFailure("sock --experimental-dump-help: \(outcome)") }
    return try JSONDecoder().decode(CommandTree.self, from: Data(outcome.output))
  }

  /// The verbs, without `help`, which the parser brings.
  static func verbs() throws -> [Command] {
    try (built.get().command.subcommands ?? []).filter { $0.commandName != "help" && $0.shouldDisplay ?? true }
  }

  static func verb(_ name: String) throws -> Command {
    try #require(verbs().first { $0.commandName == name }, "sock has no verb \(name)")
  }

  /// The verbs that must be there.
  static let expectedVerbs = [
    "bench", "connect", "families", "listen", "opts", "ping", "recv", "resolve", "send",
    "shell", "trace-route", "udp-recv", "udp-send",
  ]
}
