import Operations
import Sockets

/// Splits a command line into words and options by the conventions of getopt_long(3).
///
/// That is `-v`, `-vk`, `-w5`, `-w 5`, `-vw5`, `--timeout 5` and `--timeout=5`; everything after `--` is a word, and
/// before it options may precede, separate and follow the words.
struct ArgumentScanner {
  /// What has been found so far.
  private var parsed = ParsedArguments()
  private let arguments: ArraySlice<String>
  private var index: Int
  /// The options that may be given.
  private let verbs: VerbSet

  /// Splits the arguments after a verb.
  ///
  /// - Parameter verbs: the verbs whose options may be given; other than in a test, that is one.
  static func scan(_ arguments: ArraySlice<String>, for verbs: VerbSet) throws(OperationError) -> ParsedArguments {
    var scanner = ArgumentScanner(arguments, for: verbs)
    try scanner.scan()
    try scanner.parsed.checkExclusions()
    return scanner.parsed
  }

  private init(_ arguments: ArraySlice<String>, for verbs: VerbSet) {
    self.arguments = arguments
    self.verbs = verbs
    index = arguments.startIndex
  }

  private mutating func scan() throws(OperationError) {
    while index < arguments.endIndex {
      let argument = arguments[index]
      index += 1
      if argument == "--" {
        parsed.separator = parsed.words.count
        parsed.words.append(contentsOf: arguments[index...])
        return
      }
      if !Self.looksLikeOption(argument) {
        parsed.words.append(argument)
      } else if argument.hasPrefix("--") {
        try scanName(argument.dropFirst(2))
      } else {
        try scanLetters(argument)
      }
    }
  }

  /// `name` or `name=value`.
  private mutating func scanName(_ text: Substring) throws(OperationError) {
    let equals = text.utf8.firstIndex(of: UInt8(ascii: "="))
    let name = String(text[..<(equals ?? text.endIndex)])
    let attached = equals.map { String(text[text.utf8.index(after: $0)...]) }
    guard let option = Option.named(name, of: verbs) else {
      if let attached, Help.options.contains("--" + name) { throw Help.takesNoValue("--" + name, attached) }
      throw unknown("--" + name)
    }
    try add(option, spelled: "--" + name, attached: attached)
  }

  /// `-v`, `-vk`, `-vw5`: letters, of which the last one may have a value.
  private mutating func scanLetters(_ argument: String) throws(OperationError) {
    var letters = argument.dropFirst()
    while let letter = letters.popFirst() {
      let scalars = letter.unicodeScalars
      guard let scalar = scalars.first, scalars.count == 1, let option = Option.lettered(scalar, of: verbs) else {
        throw unknown("-\(letter)", in: argument)
      }
      var attached: String?
      if option.value.kind == .required, !letters.isEmpty {
        attached = String(letters.first == "=" ? letters.dropFirst() : letters)
        letters = ""
      }
      try add(option, spelled: "-\(letter)", attached: attached)
    }
  }

  private mutating func add(
    _ option: Option, spelled spelling: String, attached: String?
  ) throws(OperationError) {
    var text = attached
    if let attached, let answer = Habit.answer(toValue: attached, of: option) {
      throw .usage("\(spelling) \(attached): \(answer)")
    }
    switch option.value.kind {
    case .none:
      guard attached == nil else { throw .usage("\(spelling) takes no value") }
    case .required:
      if text == nil { text = try requiredValue(of: option, spelled: spelling) }
    case .optionalNumber:
      if text == nil, index < arguments.endIndex, Self.isNumber(arguments[index]) { text = nextValue() }
    case .optionalAttached: break
    }
    try checkSeparateValue(of: option, text)
    parsed.uses.append(OptionUse(option: option, text: text))
  }

  private mutating func requiredValue(of option: Option, spelled spelling: String) throws(OperationError) -> String {
    if let value = nextValue() { return value }
    let next = index < arguments.endIndex ? arguments[index] : ""
    if let answer = Habit.answer(toValue: next, of: option) { throw .usage("\(spelling) \(next): \(answer)") }
    throw .usage(
      next.isEmpty || next == "--"
        ? "\(spelling) needs a value" : "\(spelling) needs a value: if '\(next)' is it, write \(option)=\(next)")
  }

  /// Refuses `-o SO_RCVBUF 1M`, whose value would be taken for a host.
  private func checkSeparateValue(of option: Option, _ text: String?) throws(OperationError) {
    guard option === Option.option, let text, !text.utf8.contains(UInt8(ascii: "=")), index < arguments.endIndex,
      let named = SocketOption.named(text), named.isSettable, named.kind != .flag
    else { return }
    let value = arguments[index]
    if (try? SocketOptionAssignment(named, value)) != nil {
      throw .usage("\(option) \(text) needs its value: write \(option) \(text)=\(value)")
    }
  }

  /// The next argument, if it can be a value: it does not look like an option.
  private mutating func nextValue() -> String? {
    guard index < arguments.endIndex, !Self.looksLikeOption(arguments[index]) else { return nil }
    defer { index += 1 }
    return arguments[index]
  }

  /// A hyphen with something after it; a hyphen alone is a word, and so is an empty argument.
  private static func looksLikeOption(_ argument: String) -> Bool {
    let bytes = argument.utf8
    return bytes.first == UInt8(ascii: "-") && bytes.count > 1
  }

  private static func isNumber(_ argument: String) -> Bool {
    !argument.isEmpty && argument.utf8.allSatisfy { $0.isDecimalDigit }
  }

  /// The error for an option that the verb does not have.
  ///
  /// - Parameter argument: the argument with the option among other letters, if it is not alone.
  private func unknown(_ spelling: String, in argument: String? = nil) -> OperationError {
    let place = argument.map { $0 == spelling ? "" : " in '\($0)'" } ?? ""
    if let answer = Habit.answer(to: spelling, of: verbs) {
      return .usage("unknown option '\(spelling)'\(place): \(answer)")
    }
    // Several rows may have one name, each for verbs of its own.
    let options = Option.all.filter { $0.description == spelling || "-\($0.letter ?? " ")" == spelling }
    if let option = options.first {
      let namesakes = options.filter { $0.description == option.description }
      let verbs = Verb.allCases.filter { verb in namesakes.contains { $0.verbs.contains(verb) } }.map(\.rawValue)
      let name = spelling == option.description ? spelling : "\(spelling), \(option),"
      return .usage("\(name) is not an option of this verb, but of \(verbs.joined(separator: ", "))")
    }
    let names = Option.all.filter { !$0.verbs.isDisjoint(with: verbs) }.map(\.description)
    let nearest = NearestName.find(spelling, among: names + ["--help"])
    return .usage("unknown option '\(spelling)'\(place)" + (nearest.map { ": did you mean \($0)?" } ?? ""))
  }
}
