import Sockets

/// A kind of end other than a socket: everything that a relay knows about it, in one row.
///
/// The words of `sock relay`, the table in sock-endpoints(7), and the advice on a misspelt word come from these rows.
package struct EndKind: Sendable {
  /// What can be done with an end.
  package struct Traits: OptionSet, Sendable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }

    /// Bytes come out of it.
    package static let reads = Traits(rawValue: 1)
    /// Bytes can be written to it.
    package static let writes = Traits(rawValue: 2)
    /// Peers can come to it.
    package static let listens = Traits(rawValue: 4)
    /// One direction can end while the other goes on.
    package static let halfCloses = Traits(rawValue: 8)
    /// It connects, with the options of a side that does.
    package static let connects = Traits(rawValue: 16)
  }

  /// The word before the colon; `-` is a word of its own.
  package let prefix: String
  /// What follows the colon, in mdoc(7); empty for nothing.
  package let operand: String
  package let traits: Traits
  package let uses: EndUses
  /// What it is, in mdoc(7).
  package let manual: String
  /// Reads what follows the colon.
  ///
  /// - Throws: an error of the command line, which says what to write.
  package let parse: @Sendable (_ text: EndText) throws(OperationError) -> any EndMeaning

  init(
    _ prefix: String, _ operand: String, _ traits: Traits, _ uses: EndUses, manual: String,
    parse: @escaping @Sendable (_ text: EndText) throws(OperationError) -> any EndMeaning
  ) {
    self.prefix = prefix
    self.operand = operand
    self.traits = traits
    self.uses = uses
    self.manual = manual
    self.parse = parse
  }
}

/// What a word says after the prefix of its kind.
package struct EndText: Sendable {
  /// The whole word, for messages.
  package let word: String
  /// What follows the colon.
  package let text: String
  /// The same, as the bytes that the argument has.
  package let bytes: [UInt8]
  package let place: End.Place
  /// The options of a side that connects, for a kind that does.
  package let options: ConnectionOptions

  package init(
    word: String, text: String, bytes: [UInt8], place: End.Place, options: ConnectionOptions = ConnectionOptions()
  ) {
    self.options = options
    self.word = word
    self.text = text
    self.bytes = bytes
    self.place = place
  }

  /// The text as a name, which must not be empty.
  func required(_ what: String, such example: String) throws(OperationError) -> String {
    guard Array(text.utf8) == bytes else {
      throw OperationError(.usage, "\(word): the name of the \(what) must be UTF-8")
    }
    guard !text.isEmpty else {
      throw OperationError(.usage, "'\(word)' names no \(what): write one behind the colon, such as \(example)")
    }
    return text
  }

  /// Fails unless nothing follows the colon.
  func requireNothing() throws(OperationError) {
    guard text.isEmpty else {
      throw OperationError(.usage, "'\(word)': nothing stands behind \(word.prefix { $0 != ":" }):")
    }
  }
}

extension EndKind {
  /// The kind that a word names; nil if it is that of a socket.
  package static func named(by word: String) -> EndKind? {
    if word == "-" { return all.first { $0.prefix == "-" } }
    guard let colon = word.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
    let name = word[..<colon]
    return all.first { $0.prefix == name && $0.prefix != "-" }
  }

  /// The kind whose name a prefix most likely misspells.
  package static func nearest(to prefix: String) -> EndKind? {
    NearestName.find(prefix, among: all.map(\.prefix)).flatMap { name in all.first { $0.prefix == name } }
  }
}
