/// What a line of a chat means.
enum ChatLine: Equatable {
  /// An empty line.
  case nothing
  case text(String)
  /// `/nick NAME`: the name as it came.
  case nick([UInt8])
  case who
  case help
  case quit
  /// A command that there is not.
  case unknown(String)

  /// Reads a line, with or without its line feed. A second slash in front says that the first is part of the text.
  init(_ bytes: some Collection<UInt8>) {
    var line = Array(bytes)
    while let last = line.last, last == 0x0a || last == 0x0d { line.removeLast() }
    guard let first = line.first else {
      self = .nothing
      return
    }
    let slash = UInt8(ascii: "/")
    guard first == slash, line.dropFirst().first != slash else {
      self = .text(ChatText.harmless(first == slash ? line.dropFirst() : line[...]))
      return
    }
    let words = line.dropFirst().split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == 0x20 }
    let name = ChatText.harmless(words[0])
    let operand = words.count > 1 ? Self.trimmed(words[1]) : []
    self =
      switch name.lowercased() {
      case "nick": .nick(operand)
      case "who": .who
      case "help": .help
      case "quit": .quit
      default: .unknown(String(name.prefix(ChatText.longestName)))
      }
  }

  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var bytes = bytes.drop { $0 == 0x20 }
    while bytes.last == 0x20 { bytes.removeLast() }
    return Array(bytes)
  }
}
