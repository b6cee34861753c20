/// The "did you mean" of every message: for verbs and options of the command line, calls and constants of the shell,
/// and socket options.
public enum NearestName {
  /// The name that a mistyped one most likely stands for, ignoring case; nil if none is near.
  ///
  /// A name is near if at most a third of its letters are wrong (a transposition counts once: `recieve`), if it is the
  /// only one that begins with the text, or if it abbreviates the text: `recv` for `receive`. Among equals, the first
  /// one wins. Never the text itself: whatever is wrong with it, writing it once more does not help.
  public static func find(_ text: String, among names: [String]) -> String? {
    ranked(text, among: names.filter { $0 != text }.map { Candidate(name: $0, spellings: [$0]) }).first?.name
  }

  /// A name, and a form in which it may be written: as it is, or without a prefix.
  struct Candidate {
    let name: String
    let spellings: [String]
  }

  /// The names that are near, nearest first; equals keep their order.
  static func ranked(_ text: String, among candidates: [Candidate]) -> [(name: String, distance: Int)] {
    let wanted = Array(text.lowercased().utf8)
    let spelled = candidates.map { candidate in
      (name: candidate.name, spellings: candidate.spellings.map { Array($0.lowercased().utf8) })
    }
    let limit = Spelling.tolerance(for: wanted)
    var near: [(name: String, distance: Int, place: Int)] = []
    for (place, candidate) in spelled.enumerated() {
      let distances = candidate.spellings.compactMap { spelling -> Int? in
        let distance = Spelling.distance(wanted, spelling)
        return distance <= limit || isAbbreviation(spelling, of: wanted) ? distance : nil
      }
      if let distance = distances.min() { near.append((candidate.name, distance, place)) }
    }
    let longer = spelled.filter { candidate in candidate.spellings.contains { $0.starts(with: wanted) } }
    // A wrong letter is likelier than a truncated name: SO_RCVBUFF means SO_RCVBUF, not SO_RCVBUFFORCE.
    if wanted.count > 3, longer.count == 1, near.allSatisfy({ $0.distance > 1 }) { return [(longer[0].name, 0)] }
    return near.sorted { ($0.distance, $0.place) < ($1.distance, $1.place) }.map { ($0.name, $0.distance) }
  }

  /// Whether a name abbreviates a word: it begins with the same letter, its letters occur in the word in order, and it is
  /// at least half as long.
  private static func isAbbreviation(_ name: [UInt8], of word: [UInt8]) -> Bool {
    guard name.count >= 4, name.count * 2 >= word.count, name.first == word.first else { return false }
    var rest = word[...]
    for letter in name {
      guard let found = rest.firstIndex(of: letter) else { return false }
      rest = rest[(found + 1)...]
    }
    return true
  }
}
