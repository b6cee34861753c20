extension Option {
  /// Every option of every verb, group by group.
  static let all: [Option] =
    actions + measurements + networks + addresses + socketSettings + dataOptions + descriptorOptions + timeLimits
    + reports

  /// The options of a verb, in the order in which help and the manual show them.
  static func all(of verb: Verb) -> [Option] { all.filter { $0.verbs.contains(verb) } }
}
