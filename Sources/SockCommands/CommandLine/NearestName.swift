import Sockets

/// What a mistyped name may have meant.
enum NearestName {
  /// The name with the fewest wrong letters, or the only one that goes on where the text ends; nil where all are too far
  /// off.
  static func find(_ text: String, among names: [String]) -> String? {
    let longer = names.filter { text.utf8.count > 3 && $0.hasPrefix(text) }
    if longer.count == 1 { return longer.first }
    let wanted = Array(text.lowercased().utf8)
    let limit = Spelling.tolerance(for: wanted)
    var best: (name: String, distance: Int)?
    for name in names {
      let distance = Spelling.distance(wanted, Array(name.utf8))
      if distance <= limit, distance < best?.distance ?? .max { best = (name, distance) }
    }
    return best?.name
  }
}
