import Sockets

/// What Tab offers at a place in a line, derived from the table of calls without any I/O.
enum Completion: Equatable, Sendable {
  /// Complete words: a space follows.
  case words([String])
  /// Beginnings: the word continues.
  case beginnings([String])
  /// A host name; for an address, a colon and a port follow.
  case hosts(String, withPort: Bool)
  /// A service name, appended to what has been typed of the word.
  case services(String, behind: String)
  /// An interface name.
  case interfaces(String)
  /// A file name.
  case files

  /// No candidates.
  static let nothing = words([])

  /// The facts about a variable that completion uses.
  struct Variable: Sendable {
    var name: String
    var isSocket = false
    var fields: [String] = []
    /// The kind of an open socket.
    var facts: (family: AddressFamily, type: SocketType, protocolNumber: TransportProtocol)?
  }

  /// Candidates for the word that begins at `start` of the line's UTF-8.
  static func offer(_ line: String, from start: Int, variables: [Variable]) -> Completion {
    let utf8 = Array(line.utf8)
    let start = min(max(0, start), utf8.count)
    let place = CompletionContext(utf8[..<start])
    let word = String(decoding: utf8[start...], as: UTF8.self)
    switch place.surroundings {
    case .comment, .string: return nothing
    case .fileName: return .files
    case .words: break
    }
    if place.head == "<" { return .files }
    if let dollar = word.lastIndex(of: "$") {
      return variable(word[dollar...].dropFirst(), behind: String(word[...dollar]), variables)
    }
    guard let command = place.words.first else {
      return matching(word, Call.all.map(\.name) + ShellWord.all.map(\.name))
    }
    guard var signature = Call.named(command)?.signature ?? ShellWord.named(command)?.signature else { return nothing }
    if place.words.count > 2, signature.name(of: 1) == "LEVEL", OptionLevel(named: place.words[2]) == nil {
      signature = signature.without("[LEVEL]")
    }
    let index = place.words.count - 1
    guard index < signature.range.upperBound else { return nothing }
    return Parameter(name: signature.name(of: index), words: place.words, variables: variables).offer(word)
  }

  /// Candidates with this prefix in any case, sorted, without duplicates.
  static func matching(_ word: String, _ candidates: [String]) -> Completion { .words(beginning(word, candidates)) }

  static func beginning(_ word: String, _ candidates: [String]) -> [String] {
    Set(candidates.filter { $0.lowercased().hasPrefix(word.lowercased()) }).sorted()
  }

  /// C names; without their prefix if the word is written that way.
  static func constants(_ word: String, _ names: [(value: CInt, name: String)]) -> Completion {
    let isWhole = word.contains("_") || word.first?.isUppercase == true
    return matching(word, names.map { isWhole ? $0.name : $0.name.unprefixed.lowercased() })
  }

  /// `$name`, or a field of it.
  private static func variable(_ word: Substring, behind head: String, _ variables: [Variable]) -> Completion {
    guard let dot = word.firstIndex(of: ".") else {
      return matching(head + word, (variables.map(\.name) + ["?", "errno", "ms"]).map { head + $0 })
    }
    let fields = variables.first { $0.name == word[..<dot] }?.fields ?? []
    return matching(head + word, fields.map { head + word[...dot] + $0 })
  }
}
