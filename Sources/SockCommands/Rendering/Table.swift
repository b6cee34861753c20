/// Columns of text for people: each as wide as its widest cell, two spaces between, no spaces at the end of a line.
struct Table {
  private var rows: [[String]] = []

  /// A table without a heading where `heading` is empty.
  init(heading: [String] = []) {
    if !heading.isEmpty { rows.append(heading) }
  }

  /// Adds a line.
  mutating func add(_ cells: [String]) { rows.append(cells) }

  /// All lines, each with its line end.
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
        // Spaces are owed until something stands behind them.
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
