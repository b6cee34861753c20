import Operations
import Sockets

/// Reads a command line by the conventions of getopt_long(3).
///
/// That is `-v`, `-vk`, `-w5`, `-w 5`, `-vw5`, `--timeout 5`, `--timeout=5`; behind `--` there are only words, and
/// before it options may stand before, between and behind the words.
///
/// swift-argument-parser, which declares the same options, finds them by reflection, at 8 to 12 million instructions a
/// run: more than all the rest of sock. So it writes the help and the completions, where no one waits for a
/// millisecond, and ScannerAgreementTests hold the two together.
enum LineScanner {
  /// Takes the words behind a verb apart.
  ///
  /// - Parameter options: those that the verb takes.
  static func scan(_ arguments: ArraySlice<String>, options: [OptionName]) throws(OperationError) -> Line {
    var line = Line()
    var index = arguments.startIndex

    /// The word behind an option, if it can be its value: it does not look like an option.
    func nextValue() -> String? {
      guard index < arguments.endIndex, !looksLikeOption(arguments[index]) else { return nil }
      defer { index += 1 }
      return arguments[index]
    }

    func add(_ name: OptionName, spelled spelling: String, attached: String?) throws(OperationError) {
      switch name.arity {
      case .none:
        guard attached == nil else { throw .usage("\(spelling) takes no value") }
        line.given.append(.init(name: name, value: nil))
      case .one:
        guard let value = attached ?? nextValue() else {
          let next = index < arguments.endIndex ? arguments[index] : ""
          throw .usage(
            next.isEmpty || next == "--"
              ? "\(spelling) needs a value" : "\(spelling) needs a value: if '\(next)' is it, write \(name)=\(next)")
        }
        line.given.append(.init(name: name, value: value))
      case .optionalNumber:
        let isNumber = index < arguments.endIndex && attached == nil && arguments[index].utf8.allSatisfy(isDigit)
        let value = attached ?? (isNumber && !arguments[index].isEmpty ? nextValue() : nil)
        line.given.append(.init(name: name, value: value))
      case .optionalAttached: line.given.append(.init(name: name, value: attached))
      }
    }

    while index < arguments.endIndex {
      let word = arguments[index]
      index += 1
      if word == "--" {
        line.words.append(contentsOf: arguments[index...])
        break
      }
      guard looksLikeOption(word) else {
        line.words.append(word)
        continue
      }
      if word.hasPrefix("--") {
        let (long, attached) = split(word.dropFirst(2))
        guard let name = OptionName(rawValue: long), options.contains(name) else {
          throw unknown("--" + long, options: options)
        }
        try add(name, spelled: "--" + long, attached: attached)
      } else {
        var letters = word.dropFirst()
        while let letter = letters.popFirst() {
          guard let name = options.first(where: { $0.short == letter }) else {
            throw unknown(word.count == 2 ? word : "-\(letter)' in '\(word)", options: options)
          }
          var attached: String?
          if name.arity == .one, !letters.isEmpty {
            attached = String(letters.first == "=" ? letters.dropFirst() : letters)
            letters = ""
          }
          try add(name, spelled: "-\(letter)", attached: attached)
        }
      }
    }
    return line
  }

  /// A hyphen and something behind it; a hyphen alone is a word, and so is nothing.
  private static func looksLikeOption(_ word: String) -> Bool {
    let bytes = word.utf8
    return bytes.first == UInt8(ascii: "-") && bytes.count > 1
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

  private static func split(_ text: Substring) -> (name: String, value: String?) {
    guard let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")) else { return (String(text), nil) }
    return (String(text[..<equals]), String(text[text.index(after: equals)...]))
  }

  private static func unknown(_ spelling: String, options: [OptionName]) -> OperationError {
    if let name = OptionName.allCases.first(where: { $0.description == spelling }) {
      let verbs = Verb.allCases.filter { $0.command.options.contains(name) }.map(\.rawValue)
      if !verbs.isEmpty {
        return .usage("\(name) is not an option of this verb, but of \(verbs.joined(separator: ", "))")
      }
    }
    let nearest = NearestName.find(spelling, among: options.map(\.description) + ["--help"])
    return .usage("unknown option '\(spelling)'" + (nearest.map { ": did you mean \($0)?" } ?? ""))
  }
}
