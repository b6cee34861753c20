/// A JSON object in the making: members stand in the order in which they were added.
struct JSONObject {
  private var text = "{"

  /// The object, on one line.
  var rendered: String { text + "}" }

  /// Adds text; nothing where there is none.
  mutating func add(_ name: String, _ value: String?) {
    guard let value else { return }
    addMember(name, Self.quoted(value))
  }

  /// Adds a whole number; nothing where there is none.
  mutating func add(_ name: String, number value: (some BinaryInteger)?) {
    guard let value else { return }
    addMember(name, String(value))
  }

  /// Adds a member whose value is JSON already: `true`, `[…]`.
  mutating func add(_ name: String, json value: String?) {
    guard let value else { return }
    addMember(name, value)
  }

  private mutating func addMember(_ name: String, _ value: String) {
    if text.utf8.count > 1 { text += "," }
    text += "\"" + name + "\":" + value
  }

  /// A JSON string: quotes, backslashes and control characters escaped, all else as it is.
  static func quoted(_ value: String) -> String {
    var quoted = "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      // C0, DEL and C1, and the two line ends of Unicode: a line of ours is one line for every reader.
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

  /// An array of objects, each on a line of its own.
  static func array(_ objects: [JSONObject]) -> String {
    objects.isEmpty ? "[]\n" : "[\n" + objects.map(\.rendered).joined(separator: ",\n") + "\n]\n"
  }
}
