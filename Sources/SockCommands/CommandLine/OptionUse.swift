/// One option as it was given.
struct OptionUse {
  let option: Option
  /// Its value; nil where there is none.
  let text: String?
}

extension OptionUse: CustomStringConvertible {
  /// The option as errors about its value name it: `--timeout`.
  var description: String { option.description }
}
