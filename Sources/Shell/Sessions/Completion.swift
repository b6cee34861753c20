import Sockets

/// What Tab offers in a place of a line: found by the table of calls, without looking at the world.
public enum Completion: Equatable, Sendable {
  /// One of these.
  case words([String])
  /// A host's name, and then a port.
  case hosts
  /// A file's name.
  case files

  /// What can stand in the place of the word that begins at `start` of the line's UTF-8.
  static func offer(_ line: String, from start: Int, names: [String]) -> Completion {
    let utf8 = Array(line.utf8)
    let start = min(max(0, start), utf8.count)
    let word = String(decoding: utf8[start...], as: UTF8.self)
    var before = String(decoding: utf8[..<start], as: UTF8.self)
    if let separator = before.lastIndex(where: { $0 == ";" || $0 == "{" || $0 == "}" }) {
      before = String(before[before.index(after: separator)...])
    }
    var words = before.split(whereSeparator: \.isWhitespace).map(String.init)
    if let equals = words.lastIndex(of: "=") { words.removeSubrange(...equals) }
    if word.hasPrefix("$") { return matching(word, names.map { "$" + $0 } + ["$?", "$errno"]) }
    if word.hasPrefix("<") { return .files }
    guard let command = words.first else {
      return matching(word, Call.all.map(\.name) + ShellWord.all.map(\.name))
    }
    guard var signature = Call.named(command)?.signature ?? ShellWord.named(command)?.signature else {
      return .words([])
    }
    if words.count > 2, signature.name(of: 1) == "LEVEL", OptionLevel(named: words[2]) == nil {
      signature = signature.without("[LEVEL]")
    }
    return offer(word, parameter: signature.name(of: words.count - 1), command: command, names: names)
  }

  private static func offer(_ word: String, parameter: String, command: String, names: [String]) -> Completion {
    switch parameter {
    case "SOCKET", "LEFT", "RIGHT", "VALUE": return matching(word, names)
    case "SOCKET:EVENTS": return matching(word, names.flatMap { name in ["in", "out", "pri"].map { "\(name):\($0)" } })
    case "SOCKET:SET": return matching(word, names.flatMap { name in ["r", "w", "e"].map { "\(name):\($0)" } })
    case "FAMILY": return constants(word, AddressFamily.names)
    case "TYPE": return constants(word, SocketType.names)
    case "PROTOCOL": return constants(word, TransportProtocol.names)
    case "HOW": return constants(word, ShutdownDirection.names)
    case "LEVEL": return matching(word, SocketOption.catalogue.map(\.name) + OptionLevel.names.map(\.name))
    case "OPTION": return matching(word, SocketOption.catalogue.map(\.name))
    case "FLAGS", "MORE":
      if command == "accept" { return matching(word, ["SOCK_NONBLOCK"]) }
      if command == "fcntl" { return matching(word, ["O_NONBLOCK", "0"]) }
      // Behind a `|` the next flag begins.
      let head = word.lastIndex(of: "|").map { String(word[...$0]) } ?? ""
      return matching(word, MessageFlags.names.map { head + $0.name })
    case "MODE": return matching(word, Call.modes)
    case "REQUEST": return matching(word, Call.requests)
    case "CALL": return matching(word, Call.all.map(\.name) + ShellWord.all.map(\.name))
    case "SETTING": return matching(word, ["-e", "+e", "-q", "+q"])
    case "ADDRESS", "HOST", "NAME": return word.contains("/") ? .files : .hosts
    default: return .words([])
    }
  }

  /// The C names, and without their prefix where the word begins so.
  private static func constants(_ word: String, _ names: [(value: CInt, name: String)]) -> Completion {
    let isWhole = word.contains("_") || word.first?.isUppercase == true
    return matching(word, names.map { isWhole ? $0.name : $0.name.unprefixed.lowercased() })
  }

  private static func matching(_ word: String, _ candidates: [String]) -> Completion {
    .words(candidates.filter { $0.lowercased().hasPrefix(word.lowercased()) }.sorted())
  }
}
