import Operations

/// A JSON object under construction. Members keep the order in which they were added.
struct JSONObject {
  private var text = "{"

  /// An empty object.
  init() {}

  /// An object that tells what happened, and when: nanoseconds since 1970. The current time if none is given.
  init(event: String, at time: Int64 = Event(.closed).time) {
    add("time", JSONReporter.timestamp(time))
    add("event", event)
  }

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

  /// Objects, one per line: the form of all JSON that sock writes.
  static func lines(_ objects: [JSONObject]) -> String { objects.map { $0.rendered + "\n" }.joined() }
}
