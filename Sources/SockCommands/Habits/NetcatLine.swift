import Operations

/// A command line of nc or ncat, without the name of the program: `-lk -p 1100 --ssl`.
///
/// What it does depends on letters, whose meanings differ among the versions of nc: only what is the same in all of them is
/// used.
struct NetcatLine {
  private var letters = ""
  /// What is neither an option nor a program.
  private var others: [String] = []
  private var longOptions: [String] = []
  /// The options about TLS that sock spells otherwise, with their values.
  private var settings = ""
  /// The program that `-e`, `-c` and the like name, as an end of a relay.
  private var program: String?

  init(_ words: [String]) {
    var rest = words[...]
    while let word = rest.popFirst() {
      if !word.hasPrefix("--"), word.hasPrefix("-") { letters += word.dropFirst() }
      if let kind = Self.kindOfProgram(word) {
        program = SocatAddress.quoted("\(kind):\(rest.popFirst() ?? "COMMAND")")
      } else if let name = Self.names[word], let value = rest.popFirst() {
        settings += " \(name) \(SocatAddress.quoted(value))"
      } else if word.hasPrefix("--") {
        longOptions.append(word)
      } else if !word.hasPrefix("-") {
        others.append(word)
      }
    }
  }

  /// The kind of end that an option names whose value is a program: `-e`, alone or behind other letters.
  private static func kindOfProgram(_ word: String) -> String? {
    switch word {
    case "--exec": return "exec"
    case "--sh-exec", "--system": return "shell"
    default: break
    }
    guard word.hasPrefix("-"), !word.hasPrefix("--") else { return nil }
    return word.hasSuffix("e") ? "exec" : word.hasSuffix("c") ? "shell" : nil
  }

  /// The long options of ncat without a value whose meaning is clear.
  private static let known = ["--listen", "--keep-open", "--ssl", "--ssl-verify", "--nodns", "--verbose"]
  /// Those with a value, and the names that sock has for them.
  private static let names = [
    "--ssl-cert": "--tls-cert", "--ssl-key": "--tls-key", "--ssl-trustfile": "--tls-trust",
    "--ssl-servername": "--tls-name", "--ssl-alpn": "--alpn", "--ssl-ciphers": "--tls-ciphers",
  ]

  /// What to write instead; nil if that is not clear.
  var answer: String? {
    if let program { return relay(to: program) }
    guard longOptions.allSatisfy(Self.known.contains) else { return nil }
    let kept = String(letters.filter { "vu46Ux".contains($0) })
    let flags = (kept.isEmpty ? "" : " -\(kept)") + (isTLS ? " --tls" : "") + settings
    if listens {
      let keeps = letters.contains("k") || longOptions.contains("--keep-open")
      return "to listen write sock listen\(flags)\(keeps ? " --keep-open" : "") \(port ?? "PORT")"
    }
    guard !others.isEmpty else { return nil }
    // An option with a value may have taken one of the words.
    let isClear = letters.allSatisfy { "vu46UxznN".contains($0) }
    return "to connect write sock connect\(flags)\(letters.contains("z") ? " -z" : "")"
      + " \(isClear ? others.joined(separator: " ") : "HOST PORT")"
  }

  private var isTLS: Bool {
    !settings.isEmpty || longOptions.contains("--ssl") || longOptions.contains("--ssl-verify")
  }

  private var listens: Bool {
    letters.contains("l") || letters.contains("L") || longOptions.contains("--listen")
  }

  private var port: String? { others.last(where: Habit.isPort) }

  private func relay(to program: String) -> String {
    if listens { return "to run a program for each peer write sock relay \(port ?? "PORT") \(program)" }
    let place = others.count == 2 ? others.joined(separator: ":") : "HOST:PORT"
    return "to join a program to a peer write sock relay connect:\(place) \(program)"
  }
}
