/// Colours lines for a terminal.
///
/// Control characters are escaped: lines contain data from peers and name servers.
struct Palette {
  /// Whether to use colours.
  let isOn: Bool

  private enum Color: String {
    case red = "31", green = "32", cyan = "36", faint = "2"
  }

  func painted(_ line: ShellLine, isUTF8: Bool = true) -> String {
    func safe(_ text: String) -> String { Self.harmless(text, isUTF8: isUTF8) }
    let job = paint(safe(line.job), .cyan)
    let time = paint(safe(line.time), .faint)
    switch line.kind {
    case .text: return job + safe(line.body)
    case .failure: return job + safe(line.head) + paint(safe(line.body), .red) + time
    case .result: return job + safe(line.head) + highlighted(safe(line.body)) + time
    }
  }

  private func paint(_ text: String, _ color: Color) -> String {
    isOn && !text.isEmpty ? "\u{1b}[\(color.rawValue)m\(text)\u{1b}[0m" : text
  }

  /// Highlights quoted bytes.
  private func highlighted(_ text: String) -> String {
    guard isOn, text.contains("\"") else { return text }
    var result = ""
    var quoted = ""
    var isEscaped = false
    for character in text {
      guard !quoted.isEmpty else {
        if character == "\"" { quoted = "\"" } else { result.append(character) }
        continue
      }
      quoted.append(character)
      if character == "\"", !isEscaped {
        result += paint(quoted, .green)
        quoted = ""
      }
      isEscaped = character == "\\" && !isEscaped
    }
    return result + quoted
  }

  private static func harmless(_ text: String, isUTF8: Bool) -> String {
    var filter = PeerText(isUTF8: isUTF8)
    let bytes = filter.add(text.utf8) + filter.end()
    return String(decoding: bytes.last == 0x0a && !text.hasSuffix("\n") ? bytes.dropLast() : bytes[...], as: UTF8.self)
  }
}
