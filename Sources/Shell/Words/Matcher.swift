import Glibc

/// An invalid pattern.
struct PatternError: Error { let message: String }

/// What `expect` looks for: literal bytes, or a POSIX extended regular expression, `regex(7)`.
///
/// The C library's matcher works on bytes, adds nothing to the program, and is known from grep -E.
final class Matcher {
  private let literal: [UInt8]
  private let pattern: String?
  private var expression = regex_t()

  init(literal: [UInt8]) {
    self.literal = literal
    pattern = nil
  }

  init(pattern: String) throws(PatternError) {
    literal = []
    let status = regcomp(&expression, pattern, REG_EXTENDED | REG_NEWLINE)
    guard status == 0 else {
      var text = [CChar](repeating: 0, count: 256)
      regerror(status, &expression, &text, text.count)
      self.pattern = nil
      throw PatternError(
        message: String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }
    self.pattern = pattern
  }

  deinit { if pattern != nil { regfree(&expression) } }

  /// The end of the first match; nil if there is none.
  func end(in bytes: [UInt8]) -> Int? {
    if pattern != nil { return endOfExpression(in: bytes) }
    if literal.isEmpty { return 0 }
    guard bytes.count >= literal.count else { return nil }
    for start in 0...(bytes.count - literal.count)
    where bytes[start] == literal[0] && bytes[start..<(start + literal.count)].elementsEqual(literal) {
      return start + literal.count
    }
    return nil
  }

  private func endOfExpression(in bytes: [UInt8]) -> Int? {
    // REG_STARTEND: the text may contain zero bytes, but must end with one.
    var text = bytes.map { CChar(bitPattern: $0) }
    text.append(0)
    var match = regmatch_t()
    match.rm_so = 0
    match.rm_eo = regoff_t(bytes.count)
    guard regexec(&expression, &text, 1, &match, 1 << 2) == 0 else { return nil }
    return Int(match.rm_eo)
  }
}

extension Matcher: CustomStringConvertible {
  /// The pattern as written.
  var description: String { pattern.map { "/\($0)/" } ?? literal.quoted }
}
