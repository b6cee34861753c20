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
    var widths: [Int] = []
    for row in rows {
      for (column, cell) in row.enumerated() {
        if column == widths.count { widths.append(0) }
        widths[column] = max(widths[column], cell.unicodeScalars.count)
      }
    }
    var text = ""
    for row in rows {
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
      text += line + "\n"
    }
    return text
  }
}
