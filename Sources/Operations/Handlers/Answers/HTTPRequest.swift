/// What of an HTTP request decides about the answer (RFC 9112).
struct HTTPRequest: Equatable {
  var method: String
  var target: String
  /// Whether the answer is the last one on the connection.
  var closes: Bool
  /// Whether the client of an old version asked for more to follow.
  var asksToKeepAlive = false
  /// The length of its body; nil if only the end of the connection, or of its last chunk, shows it.
  var bodyLength: Int? = 0
  /// Whether the client waits for a permission to send the body.
  var awaitsContinue = false

  /// Why a head is no request.
  struct Fault: Error, Equatable {
    /// The status of the answer, with its reason phrase.
    let status: String
    static let malformed = Fault(status: "400 Bad Request")
    static let version = Fault(status: "505 HTTP Version Not Supported")
  }

  /// How many bytes at the start of `bytes` are a whole head, the empty line included; nil if more is to come.
  ///
  /// Lines may end with a bare LF. Empty lines before the first are passed over.
  static func headLength(in bytes: ArraySlice<UInt8>, from position: Int) -> Int? {
    var index = max(bytes.startIndex, position)
    while let feed = bytes[index...].firstIndex(of: 0x0a) {
      index = feed + 1
      var next = index
      if next < bytes.endIndex, bytes[next] == 0x0d { next += 1 }
      guard next < bytes.endIndex else { return nil }
      if bytes[next] == 0x0a { return next + 1 - bytes.startIndex }
    }
    return nil
  }

  /// Reads a whole head.
  init(head: ArraySlice<UInt8>) throws(Fault) {
    var lines = head.split(separator: 0x0a, omittingEmptySubsequences: true).map { line in
      line.last == 0x0d ? line.dropLast() : line
    }.filter { !$0.isEmpty }
    guard !lines.isEmpty else { throw .malformed }
    let words = lines.removeFirst().split(separator: 0x20, omittingEmptySubsequences: true)
    guard words.count == 3 else { throw .malformed }
    let version = String(decoding: words[2], as: UTF8.self)
    guard version.hasPrefix("HTTP/") else { throw .malformed }
    guard version.hasPrefix("HTTP/1.") else { throw .version }
    guard words[0].allSatisfy({ (0x21...0x7e).contains($0) }) else { throw .malformed }
    method = String(decoding: words[0], as: UTF8.self)
    target = String(decoding: words[1], as: UTF8.self)
    closes = version == "HTTP/1.0"
    for line in lines { try read(field: line, isOld: version == "HTTP/1.0") }
    // No more requests can be told from a body whose end is unknown.
    if bodyLength == nil { (closes, asksToKeepAlive) = (true, false) }
  }

  private mutating func read(field line: ArraySlice<UInt8>, isOld: Bool) throws(Fault) {
    // A line that begins with a space continues the one before, of which nothing is needed here.
    if line.first == 0x20 || line.first == 0x09 { return }
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex else { throw .malformed }
    let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
    let value = Self.trimmed(line[(colon + 1)...])
    switch name {
    case "connection":
      for token in value.lowercased().split(separator: ",").map({ Self.trimmed(Array($0.utf8)[...]) }) {
        if token == "close" { (closes, asksToKeepAlive) = (true, false) }
        if token == "keep-alive", isOld { (closes, asksToKeepAlive) = (false, true) }
      }
    case "content-length":
      guard !value.isEmpty, value.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let length = Int(value) else {
        throw .malformed
      }
      if bodyLength != nil { bodyLength = length }
    case "transfer-encoding": bodyLength = nil
    case "expect": awaitsContinue = value.lowercased() == "100-continue"
    default: break
    }
  }

  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> String {
    var bytes = bytes
    while let first = bytes.first, first == 0x20 || first == 0x09 { bytes.removeFirst() }
    while let last = bytes.last, last == 0x20 || last == 0x09 || last == 0x0d { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }
}
