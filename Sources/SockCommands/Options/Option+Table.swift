extension Option {
  /// Every option of every verb, group by group. A group is built when it is reached, so a run whose options are in the
  /// first groups does not pay for the last.
  private static let table: [@Sendable () -> [Option]] = [
    { actions }, { listOptions }, { relayOptions }, { programOptions }, { measurements }, { networks },
    { proxyProtocolOptions }, { addresses }, { placements }, { socketSettings }, { dataOptions }, { descriptorOptions },
    { timeLimits }, { accessOptions }, { serviceOptions }, { faults }, { reports }, { tlsOptions }, { answers },
    { rooms },
  ]

  /// Every option of every verb, in the order in which help and the manual show them.
  static var all: [Option] { table.flatMap { $0() } }

  /// The options of a verb.
  static func all(of verb: Verb) -> [Option] { all.filter { $0.verbs.contains(verb) } }

  /// The option of some verbs with a long name.
  static func named(_ name: String, of verbs: VerbSet) -> Option? {
    first { $0.name == name && !$0.verbs.isDisjoint(with: verbs) }
  }

  /// The option of some verbs with a letter.
  static func lettered(_ letter: Unicode.Scalar, of verbs: VerbSet) -> Option? {
    first { $0.letter == letter && !$0.verbs.isDisjoint(with: verbs) }
  }

  private static func first(where isWanted: (Option) -> Bool) -> Option? {
    for group in table {
      for option in group() where isWanted(option) { return option }
    }
    return nil
  }
}
