/// The edit distance of words, which ``NearestName`` uses.
public enum Spelling {
  /// The maximum number of wrong letters in a suggestion: a third of the word, but at least one.
  public static func tolerance(for word: some Collection) -> Int { max(1, word.count / 3) }

  /// The number of letters to insert, delete, change or transpose to turn one word into the other.
  ///
  /// The Damerau-Levenshtein distance (optimal string alignment), row by row.
  public static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    if left.isEmpty || right.isEmpty { return max(left.count, right.count) }
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in 1...left.count {
      var current = [row]
      for column in 1...right.count {
        let change = left[row - 1] == right[column - 1] ? 0 : 1
        var cost = min(last[column] + 1, current[column - 1] + 1, last[column - 1] + change)
        if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
          cost = min(cost, beforeLast[column - 2] + 1)
        }
        current.append(cost)
      }
      (beforeLast, last) = (last, current)
    }
    return last[right.count]
  }
}
