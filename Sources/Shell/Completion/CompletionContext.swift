/// The part of the line before the word to complete.
struct CompletionContext: Equatable {
  /// What the cursor is in.
  enum Surroundings: Equatable {
    case words
    /// `"…`, unterminated.
    case string
    /// `<"…`, unterminated.
    case fileName
    /// `# …`
    case comment
  }

  private(set) var surroundings = Surroundings.words
  /// The words of the statement from its call on, without the variables before `=`.
  private(set) var words: [String] = []
  /// The part of the word before the one that is completed: `<`, or `MSG_PEEK|`.
  private(set) var head = ""

  /// Parses a line up to where the word begins.
  init(_ bytes: ArraySlice<UInt8>) {
    var word: [UInt8] = []
    var index = bytes.startIndex
    while index < bytes.endIndex {
      let byte = bytes[index]
      index += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let end = Self.end(ofString: bytes[index...]) else {
          surroundings = word == [UInt8(ascii: "<")] ? .fileName : .string
          return
        }
        word += bytes[index..<end]
        index = end
      case UInt8(ascii: "#") where word.isEmpty:
        surroundings = .comment
        return
      case UInt8(ascii: ";"), UInt8(ascii: "{"), UInt8(ascii: "}"):
        words = []
        word = []
      case 32, 9...13:
        end(&word)
      default: word.append(byte)
      }
    }
    head = String(decoding: word, as: UTF8.self)
  }

  private mutating func end(_ word: inout [UInt8]) {
    if word.isEmpty { return }
    let text = String(decoding: word, as: UTF8.self)
    if text == "=" { words = [] } else { words.append(text) }
    word = []
  }

  /// The index after the closing quote; nil if there is none.
  private static func end(ofString bytes: ArraySlice<UInt8>) -> Int? {
    var index = bytes.startIndex
    while index < bytes.endIndex {
      if bytes[index] == UInt8(ascii: "\"") { return index + 1 }
      index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    return nil
  }
}
