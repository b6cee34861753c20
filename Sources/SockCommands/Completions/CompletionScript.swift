import Sockets

/// The completions for a shell, made from the verbs and the rows of options.
enum CompletionScript: String, CaseIterable {
  case bash, zsh, fish

  init?(shell: String) { self.init(rawValue: shell) }

  /// The script, which the shell reads from a file of its own.
  var text: String {
    switch self {
    case .bash: BashCompletion.script
    case .zsh: ZshCompletion.script
    case .fish: FishCompletion.script
    }
  }
}

extension CompletionScript {
  /// An option as some verbs have it: those whose words for it are the same.
  struct Entry {
    let option: Option
    let verbs: [Verb]
    let summary: String
    let value: Option.ValueForm
    let completion: ValueCompletion

    /// `-w` and `--timeout`.
    var spellings: [String] { (option.letter.map { ["-\($0)"] } ?? []) + [option.description] }
  }

  /// Every option, once for each of its variants.
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

  /// The names of the socket options, each with the sign that its value follows.
  static var socketOptions: [String] {
    var names: [String] = []
    for option in SocketOption.catalogue where !names.contains(option.name + "=") { names.append(option.name + "=") }
    return names.sorted()
  }

  /// The words of a kind of value that has words of its own.
  static func words(of completion: ValueCompletion) -> [String]? {
    switch completion {
    case .choices(let words), .suggestions(let words): words()
    default: nil
    }
  }

  /// A text in single quotes, for any of the shells; fish alone takes a backslash for itself within them.
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
