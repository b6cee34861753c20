/// A JSON object under construction. Members keep the order in which they were added.
struct JSONObject {
  private var text = "{"

  /// The object, on one line.
  var rendered: String { text + "}" }

  /// Adds a string, unless it is nil.
  mutating func add(_ name: String, _ value: String?) {
    guard let value else { return }
    addMember(name, Self.quoted(value))
  }

  /// Adds an integer, unless it is nil.
  mutating func add(_ name: String, number value: (some BinaryInteger)?) {
    guard let value else { return }
    addMember(name, String(value))
  }

  /// Adds a member whose value is JSON already, such as `true` or `[…]`, unless it is nil.
  mutating func add(_ name: String, json value: String?) {
    guard let value else { return }
    addMember(name, value)
  }

  private mutating func addMember(_ name: String, _ value: String) {
    if text.utf8.count > 1 { text += "," }
    text += "\"" + name + "\":" + value
  }

  /// A JSON string. Quotes, backslashes and control characters are escaped, everything else is left as it is.
  static func quoted(_ value: String) -> String {
    var quoted = "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      // C0, DEL, C1, and the two line separators of Unicode, so that one line of output is one line for every reader.
      case "\u{0}"..."\u{1f}", "\u{7f}"..."\u{9f}", "\u{2028}"..."\u{2029}":
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }

  /// An array of strings.
  static func array(_ values: [String]) -> String { "[" + values.map(quoted).joined(separator: ",") + "]" }

  /// An array of objects, one per line.
  static func array(_ objects: [JSONObject]) -> String {
    objects.isEmpty ? "[]\n" : "[\n" + objects.map(\.rendered).joined(separator: ",\n") + "\n]\n"
  }
}
