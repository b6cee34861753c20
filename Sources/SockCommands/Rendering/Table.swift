/// Text in columns, each as wide as its widest cell, separated by two spaces, without trailing spaces.
struct Table {
  private var rows: [[String]] = []

  /// Creates a table; an empty heading is omitted.
  init(heading: [String] = []) {
    if !heading.isEmpty { rows.append(heading) }
  }

  /// Adds a row.
  mutating func add(_ cells: [String]) { rows.append(cells) }

  /// All lines, each with a newline.
  var rendered: String {
    let widths = widths
    return rows.map { Self.line($0, widths) + "\n" }.joined()
  }

  /// The lines for a terminal of this width: columns that there is no room for are left out, and the last one that
  /// remains is wrapped. Without a width, or with room for all, the whole table.
  ///
  /// - Parameters:
  ///   - spare: the columns that may be left out, the first of them first.
  ///   - readable: the least width for the last column before others are left out.
  ///   - needed: columns that are left out only where the last one would have almost no room.
  func rendered(
    within width: Int?, leavingOut spare: [Int], readable: Int, needed: [Int] = []
  ) -> String {
    guard let width, total(widths) > width else { return rendered }
    var table = self
    var kept = Array(widths.indices)
    for (columns, least) in [(spare, readable), (needed, 16)] {
      for column in columns where table.room(within: width) < min(least, table.widths.last ?? 0) {
        guard let place = kept.firstIndex(of: column) else { continue }
        kept.remove(at: place)
        for row in table.rows.indices where place < table.rows[row].count { table.rows[row].remove(at: place) }
      }
    }
    return table.wrapped(within: width)
  }

  private var widths: [Int] {
    var widths: [Int] = []
    for row in rows {
      for (column, cell) in row.enumerated() {
        if column == widths.count { widths.append(0) }
        widths[column] = max(widths[column], cell.unicodeScalars.count)
      }
    }
    return widths
  }

  private func total(_ widths: [Int]) -> Int { widths.reduce(0) { $0 + $1 + 2 } - 2 }

  /// The room for the last column.
  private func room(within width: Int) -> Int { width - total(widths) + (widths.last ?? 0) }

  private func wrapped(within width: Int) -> String {
    let widths = widths
    let room = max(8, room(within: width))
    let margin = String(repeating: " ", count: max(0, width - room))
    return rows.map { row in
      guard row.count == widths.count, let last = row.last else { return Self.line(row, widths) + "\n" }
      let lines = HelpPage.wrap(last, columns: room).flatMap { Self.pieces($0, of: room) }
      let first = Self.line(row.dropLast() + [lines.first ?? ""], widths)
      return ([first] + lines.dropFirst().map { margin + $0 }).joined(separator: "\n") + "\n"
    }.joined()
  }

  /// A word too long for its column, in pieces.
  private static func pieces(_ text: String, of width: Int) -> [String] {
    var pieces: [String] = []
    var rest = text[...]
    while rest.count > width {
      pieces.append(String(rest.prefix(width)))
      rest = rest.dropFirst(width)
    }
    return pieces + [String(rest)]
  }

  private static func line(_ row: [String], _ widths: [Int]) -> String {
    var line = ""
    var owed = 0
    for (column, cell) in row.enumerated() {
      // Spaces are added only if another cell follows.
      if !cell.isEmpty {
        line += String(repeating: " ", count: owed) + cell
        owed = 0
      }
      owed += widths[column] - cell.unicodeScalars.count + 2
    }
    return line
  }
}
