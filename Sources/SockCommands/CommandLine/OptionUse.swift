/// One use of an option on the command line.
struct OptionUse {
  let option: Option
  /// Its value; nil if it has none.
  let text: String?
}

extension OptionUse: CustomStringConvertible {
  /// The option as it appears in errors about its value: `--timeout`.
  var description: String { option.description }
}
