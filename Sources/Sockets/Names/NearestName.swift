/// The "did you mean" of every message: verbs and options of the command line, calls and constants of the shell, socket
/// options.
public enum NearestName {
  /// The name that a mistyped one most likely meant, in any case; nil where none is near.
  ///
  /// A name is near when at most a third of the letters are wrong (a swap of neighbours counts once: `recieve`), when it
  /// is the only one that the text begins, or when it abbreviates the text: `recv` for `receive`. The first wins among
  /// equals.
  public static func find(_ text: String, among names: [String]) -> String? {
    ranked(text, among: names.map { Candidate(name: $0, spellings: [$0]) }).first?.name
  }

  /// A name, and how it may be written: as it is, or without a prefix.
  struct Candidate {
    let name: String
    let spellings: [String]
  }

  /// The names that are near, the nearest first, and in their own order among equals.
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
    // One wrong letter is likelier than a name cut short: SO_RCVBUFF is SO_RCVBUF, not SO_RCVBUFFORCE.
    if wanted.count > 3, longer.count == 1, near.allSatisfy({ $0.distance > 1 }) { return [(longer[0].name, 0)] }
    return near.sorted { ($0.distance, $0.place) < ($1.distance, $1.place) }.map { ($0.name, $0.distance) }
  }

  /// Whether a name abbreviates a word: its first letter, and others in order, at least half as many as the word has.
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
