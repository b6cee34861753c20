import Sockets

/// A completion script for a shell, generated from the verbs and the rows of options.
enum CompletionScript: String, CaseIterable {
  case bash, zsh, fish

  init?(shell: String) { self.init(rawValue: shell) }

  /// The text of the script.
  var text: String {
    switch self {
    case .bash: BashCompletion.script
    case .zsh: ZshCompletion.script
    case .fish: FishCompletion.script
    }
  }
}

extension CompletionScript {
  /// An option, with the verbs that describe it in the same words.
  struct Entry {
    let option: Option
    let verbs: [Verb]
    let summary: String
    let value: Option.ValueForm
    let completion: ValueCompletion

    /// `-w` and `--timeout`.
    var spellings: [String] { (option.letter.map { ["-\($0)"] } ?? []) + [option.description] }
  }

  /// Every option, with one entry for each of its variants.
  static var entries: [Entry] {
    Option.all.flatMap { option in
      let plain = Verb.allCases.filter { option.verbs.contains($0) && option.variant(for: $0) == nil }
      let main = Entry(
        option: option, verbs: plain, summary: option.summary, value: option.value, completion: option.completion)
      let others = option.variants.map { variant in
        Entry(
          option: option,
          verbs: Verb.allCases.filter {
            option.verbs.contains($0) && option.variant(for: $0)?.verbs == variant.verbs
          },
          summary: variant.summary ?? option.summary, value: variant.value ?? option.value,
          completion: variant.completion ?? option.completion)
      }
      return ([main] + others).filter { !$0.verbs.isEmpty }
    }
  }

  /// The names of the socket options, each with the `=` that precedes a value.
  static var socketOptions: [String] {
    var names: [String] = []
    for option in SocketOption.catalogue where !names.contains(option.name + "=") { names.append(option.name + "=") }
    return names.sorted()
  }

  /// The words that complete a value, if it is one of a fixed list.
  static func words(of completion: ValueCompletion) -> [String]? {
    switch completion {
    case .choices(let words), .suggestions(let words): words()
    default: nil
    }
  }

  /// Text in single quotes, for any of the shells. Only fish interprets backslashes within them.
  static func quoted(_ text: String, escapesBackslash: Bool = false) -> String {
    var result = "'"
    for character in text {
      switch character {
      case "'": result += escapesBackslash ? "\\'" : "'\\''"
      case "\\" where escapesBackslash: result += "\\\\"
      default: result.append(character)
      }
    }
    return result + "'"
  }
}
