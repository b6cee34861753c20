/// The result of a call.
struct CallResult: Sendable {
  /// `$?`.
  var result: ShellValue
  /// What the variables before `=` take, in order.
  var values: [ShellValue]
  /// How it is shown.
  var text: String

  init(_ result: ShellValue, values: [ShellValue]? = nil, text: String) {
    self.result = result
    self.values = values ?? [result]
    self.text = text
  }

  /// A call that returns 0.
  static let zero = CallResult(.number(0), text: "0")
}
