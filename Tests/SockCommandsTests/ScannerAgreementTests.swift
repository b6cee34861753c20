import ArgumentParser
import Operations
import Testing

@testable import SockCommands

/// The scanner and swift-argument-parser know the same options, and understand the same lines alike.
@Suite("The scanner and the library agree")
struct ScannerAgreementTests {
  @Test("Each verb declares exactly the options that the scanner reads", arguments: Verb.allCases)
  func declarations(_ verb: Verb) throws {
    let declared = try Declared(of: verb.command)
    #expect(declared.optionNames.sorted() == verb.command.options.map(\.rawValue).sorted())
    #expect(Set(verb.command.options).count == verb.command.options.count)
    let letters = verb.command.options.compactMap(\.short)
    #expect(Set(letters).count == letters.count)
  }

  @Test("Each option has its arity", arguments: Verb.allCases)
  func arities(_ verb: Verb) throws {
    let simple = verb.command.options.filter { $0.arity == .none || $0.arity == .one }.map(Self.forms)
    for index in 0..<(simple.map(\.count).max() ?? 0) {
      try expectAgreement(verb, onAll: simple.compactMap { $0.dropFirst(index).first })
    }
    for option in verb.command.options where option.arity != .none && option.arity != .one {
      for words in Self.forms(of: option) { try expectAgreement(verb, words) }
    }
  }

  /// All that may be written for an option.
  private static func forms(of option: OptionName) -> [[String]] {
    let spellings = ["--" + option.rawValue] + (option.short.map { ["-\($0)"] } ?? [])
    return spellings.flatMap { spelling in
      switch option.arity {
      case .none: [[spelling]]
      case .one: [[spelling, "7"], [spelling + "=7"]] + (spelling.count == 2 ? [[spelling + "7"]] : [])
      case .optionalNumber, .optionalAttached: [[spelling], [spelling + "=7"]]
      }
    }
  }

  /// As one line, for the library takes a tenth of a second for each; where options exclude each other, as several.
  private func expectAgreement(_ verb: Verb, onAll options: [[String]]) throws {
    let words = options.flatMap { $0 }
    if options.count > 1, (try? Declared(parsing: words, by: verb.command)) == nil {
      let half = options.count / 2
      try expectAgreement(verb, onAll: Array(options[..<half]))
      try expectAgreement(verb, onAll: Array(options[half...]))
    } else {
      try expectAgreement(verb, words)
    }
  }

  @Test(
    "Whole lines",
    arguments: [
      "127.0.0.1 80", "-v -w 5 127.0.0.1 80", "127.0.0.1 80 -v --wait=3", "-vxw 5 localhost http", "-46u h p",
      "-o A=1 -o B=2 h p", "h - p", "h p -- -v --json", "-- -v", "", "--log - h", "-q0 h p",
      "--on-eof keep --frame=line",
      "-p 5 -s ::1 ::1 80", "--json --udp --crlf x", "-vw 5 h",
    ])
  func lines(_ text: String) throws {
    try expectAgreement(.connect, text.split(separator: " ").map(String.init))
  }

  @Test(
    "What one refuses the other refuses",
    arguments: ["--nosuch", "-Z", "--timeout", "-w", "--udp=1", "-vZ", "--log -x", "--keep-open", "-w -- 5"])
  func refusals(_ text: String) {
    let words = text.split(separator: " ").map(String.init)
    #expect(throws: OperationError.self) { try LineScanner.scan(words[...], options: ConnectCommand.options) }
    #expect(throws: (any Error).self) { try ConnectCommand.parse(words) }
  }

  private func expectAgreement(_ verb: Verb, _ words: [String]) throws {
    let line = try LineScanner.scan(words[...], options: verb.command.options)
    let parsed = try Declared(parsing: words, by: verb.command)
    #expect(line.words == parsed.words, "\(verb) \(words)")
    for option in verb.command.options {
      let scanned: [String] =
        switch option.arity {
        case .none: line.has(option) ? ["true"] : ["false"]
        case .one: option == .option ? line.values(option) : line.value(option).map { [$0] } ?? []
        case .optionalNumber: line.has(option) ? [line.value(option) ?? "1"] : []
        case .optionalAttached: line.has(option) ? [line.value(option) ?? "auto"] : []
        }
      #expect(parsed.values[option.rawValue] == scanned, "\(verb) \(words) \(option)")
    }
  }
}

/// What a command of swift-argument-parser declares, or what it made of a line, found by reflection.
private struct Declared {
  var words: [String] = []
  var values: [String: [String]] = [:]
  var optionNames: [String] { Array(values.keys) }

  init(of command: any VerbCommand.Type) throws { try self.init(parsing: [], by: command) }

  init(parsing words: [String], by command: any VerbCommand.Type) throws {
    add(try command.parse(words))
  }

  private mutating func add(_ arguments: Any) {
    for child in Mirror(reflecting: arguments).children {
      // A property wrapper: `_name`, around an enum whose case `value` holds what was parsed.
      guard let label = child.label?.dropFirst(), let parsed = descendant(child.value, "_parsedValue"),
        let value = descendant(parsed, "value")
      else { continue }
      if value is any ParsableArguments {
        add(value)
      } else if label == "words" {
        self.words = value as? [String] ?? []
      } else {
        let name = OptionName.allCases.first { $0.rawValue.replacing("-", with: "") == label.lowercased() }
        values[name?.rawValue ?? "no option is called \(label)"] = texts(value)
      }
    }
  }

  private func descendant(_ value: Any, _ label: String) -> Any? {
    Mirror(reflecting: value).children.first { $0.label == label }?.value
  }

  private func texts(_ value: Any) -> [String] {
    if let list = value as? [String] { return list }
    if let flag = value as? Bool { return ["\(flag)"] }
    if let text = value as? String { return [text] }
    return Mirror(reflecting: value).children.map { "\($0.value)" }
  }
}
