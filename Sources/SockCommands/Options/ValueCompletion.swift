/// What a shell offers where a value or a word is being typed.
///
/// Lists are closures, so that only what writes a completion script or a manual page makes them.
enum ValueCompletion: Sendable {
  /// Nothing: a number, a time, or a text of the user's own.
  case none
  /// The only words that are allowed.
  case choices(@Sendable () -> [String])
  /// Some of the words that are allowed.
  case suggestions(@Sendable () -> [String])
  /// The name of a file.
  case file
  /// A command in the search path.
  case command
  /// A network interface of this machine.
  case interface
  /// A host in /etc/hosts.
  case host
  /// `NAME=`, with the name of a socket option.
  case socketOption

  /// The words of a type whose cases are the choices.
  static func choices<Choice: CaseIterable & RawRepresentable<String> & SendableMetatype>(
    of type: Choice.Type
  ) -> ValueCompletion {
    .choices { type.allCases.map(\.rawValue) }
  }
}
