extension String {
  /// Whether the bytes of another text occur in this one.
  ///
  /// Use it instead of `contains(_:)`, a single use of which links Swift's regex engine, a megabyte.
  package func containsBytes(of part: String) -> Bool {
    let (text, part) = (Array(utf8), Array(part.utf8))
    guard text.count >= part.count else { return false }
    return (0...text.count - part.count).contains { text[$0...].starts(with: part) }
  }
}
