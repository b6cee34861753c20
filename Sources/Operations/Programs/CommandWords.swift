import Sockets

/// The words of a command line, split as a shell splits them, but without a shell: nothing is expanded.
///
/// Blanks separate words. Single quotes keep everything; double quotes and the backslash work as in sh(1).
package enum CommandWords {
  /// Splits a command.
  ///
  /// - Throws: if a quote is not closed, a backslash ends the command, or there are no words.
  package static func split(_ command: [UInt8]) throws(OperationError) -> [[UInt8]] {
    var splitter = Splitter(rest: command[...])
    while let byte = splitter.rest.popFirst() { try splitter.take(byte) }
    splitter.endWord()
    guard !splitter.words.isEmpty else { throw OperationError(.usage, "there is no command: write a program's name") }
    return splitter.words
  }

  private struct Splitter {
    var rest: ArraySlice<UInt8>
    var words: [[UInt8]] = []
    private var word: [UInt8]?

    init(rest: ArraySlice<UInt8>) { self.rest = rest }

    mutating func take(_ byte: UInt8) throws(OperationError) {
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"): endWord()
      case UInt8(ascii: "'"):
        guard let end = rest.firstIndex(of: byte) else { throw Self.unclosed("'") }
        word = (word ?? []) + rest[..<end]
        rest = rest[(end + 1)...]
      case UInt8(ascii: "\""): try takeQuoted()
      case UInt8(ascii: "\\"):
        guard let next = rest.popFirst() else {
          throw OperationError(.usage, "the command ends with a backslash: write \\\\ for one")
        }
        // A backslash before a line feed joins the lines.
        if next != UInt8(ascii: "\n") { word = (word ?? []) + [next] }
      default: word = (word ?? []) + [byte]
      }
    }

    private mutating func takeQuoted() throws(OperationError) {
      var quoted = word ?? []
      while let byte = rest.popFirst() {
        if byte == UInt8(ascii: "\"") {
          word = quoted
          return
        }
        guard byte == UInt8(ascii: "\\"), let next = rest.first, Array("\"\\$`\n".utf8).contains(next) else {
          quoted.append(byte)
          continue
        }
        rest.removeFirst()
        if next != UInt8(ascii: "\n") { quoted.append(next) }
      }
      throw Self.unclosed("\"")
    }

    mutating func endWord() {
      if let word { words.append(word) }
      word = nil
    }

    private static func unclosed(_ quote: String) -> OperationError {
      OperationError(.usage, "the command has an opening \(quote) and no closing one")
    }
  }
}
