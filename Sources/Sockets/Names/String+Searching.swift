extension String {
  /// Whether the bytes of another text occur in this one.
  ///
  /// In place of `contains(_:)`, whose one use would link Swift's regex engine, a megabyte of it.
  package func containsBytes(of part: String) -> Bool {
    let (text, part) = (Array(utf8), Array(part.utf8))
    guard text.count >= part.count else { return false }
    return (0...text.count - part.count).contains { text[$0...].starts(with: part) }
  }
}
