import Operations

/// Progress as text: `sent 1.20 GiB of 5.00 GiB, 24 %, 245 MiB/s, 0:05, ETA 0:16`; at the end `sent 5.00 GiB, 245
/// MiB/s, in 20.9 s`, or if it was interrupted `sent 1.20 GiB of 5.00 GiB, 24 %, 245 MiB/s, in 5.01 s`.
enum ProgressText {
  /// Everything, on one line.
  static func sentence(_ report: ProgressReport) -> String { text(report, Detail()) }

  /// As much as fits in this many columns. The least important details are omitted first, and a bar fills the remaining
  /// space.
  static func line(_ report: ProgressReport, columns: Int) -> String {
    var detail = Detail()
    for leaveOut: (inout Detail) -> Void in [
      { _ in }, { $0.elapsed = false }, { $0.totals = false }, { $0.connections = false }, { $0.rates = false },
      { $0.percentage = false }, { $0.timeLeft = false },
    ] {
      leaveOut(&detail)
      let line = text(report, detail)
      if line.utf8.count <= columns { return line + bar(report, columns: columns - line.utf8.count) }
    }
    return String(text(report, detail).prefix(max(0, columns)))
  }

  /// The details that a line shows.
  private struct Detail {
    var connections = true
    var totals = true
    var percentage = true
    var rates = true
    var elapsed = true
    var timeLeft = true
  }

  private static func text(_ report: ProgressReport, _ detail: Detail) -> String {
    var parts: [String] = []
    if detail.connections, report.connections > 1 { parts.append("\(report.connections) connections") }
    for (way, verb) in shown(report) {
      var amount = verb + " " + size(way.bytes)
      // A finished transfer needs no total; an interrupted one does.
      let isPart = !report.isLast || way.total.map { way.bytes < $0 } ?? false
      if detail.totals, isPart, let total = way.total { amount += " of " + size(total) }
      parts.append(amount)
      if detail.percentage, isPart, let percentage = percentage(way) { parts.append("\(percentage) %") }
      if detail.rates { parts.append(size(UInt64(clampingRounded: way.bytesPerSecond)) + "/s") }
    }
    if detail.elapsed {
      parts.append(report.isLast ? "in " + duration(report.seconds) : clock(report.seconds.rounded(.down)))
    }
    if detail.timeLeft, !report.isLast, let way = report.measured, let total = way.total, way.bytes < total {
      parts.append("ETA " + (way.secondsLeft.map(clock) ?? "-:--"))
    }
    return parts.joined(separator: ", ")
  }

  /// The directions to show: one that has carried nothing is omitted if the other has.
  private static func shown(_ report: ProgressReport) -> [(way: ProgressReport.Way, verb: String)] {
    let ways = [(report.sent, "sent"), (report.received, "received")].compactMap { way, verb in
      way.map { (way: $0, verb: verb) }
    }
    let busy = ways.filter { $0.way.bytes > 0 || $0.way.total != nil }
    return busy.isEmpty ? Array(ways.prefix(1)) : busy
  }

  /// Rounded down, so that 100 % means all of it.
  private static func percentage(_ way: ProgressReport.Way) -> UInt64? {
    guard let total = way.total else { return nil }
    return total == 0 ? 100 : UInt64(Double(min(way.bytes, total)) / Double(total) * 100)
  }

  /// ` [#####-----]`; empty if the total is unknown, or there is too little space.
  private static func bar(_ report: ProgressReport, columns: Int) -> String {
    let width = min(columns - 3, 30)
    guard width >= 8, !report.isLast, let way = report.measured, let percentage = percentage(way) else { return "" }
    let filled = Int(percentage) * width / 100
    return " [" + String(repeating: "#", count: filled) + String(repeating: "-", count: width - filled) + "]"
  }

  private static let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]

  /// Three digits and a binary unit: `999 B`, `1.00 KiB`, `12.3 MiB`.
  static func size(_ bytes: UInt64) -> String {
    if bytes < 1000 { return "\(bytes) B" }
    var unit = 0
    var hundredths = scaled(bytes, by: 1024)
    // A number of four digits is shown in the next unit.
    while hundredths >= 99_950, unit + 1 < units.count {
      unit += 1
      hundredths = scaled(bytes >> UInt64(10 * unit), by: 1024)
    }
    let (digits, decimals): (UInt64, Int) =
      switch hundredths {
      case ..<1000: (hundredths, 2)
      case ..<9995: ((hundredths + 5) / 10, 1)
      default: ((hundredths + 50) / 100, 0)
      }
    let text = String(digits)
    // Below one: 0.98 KiB.
    let padded = String(repeating: "0", count: max(0, decimals + 1 - text.utf8.count)) + text
    let number = decimals == 0 ? padded : "\(padded.dropLast(decimals)).\(padded.suffix(decimals))"
    return number + " " + units[unit]
  }

  /// The quotient in hundredths, rounded.
  private static func scaled(_ bytes: UInt64, by divisor: UInt64) -> UInt64 {
    bytes / divisor * 100 + (bytes % divisor * 100 + divisor / 2) / divisor
  }

  /// `0.123 s` to `59.9 s`; longer durations as in ``clock(_:)``.
  static func duration(_ seconds: Double) -> String {
    if seconds >= 59.95 { return clock(seconds) }
    let thousandths = UInt64(clampingRounded: seconds * 1000)
    if thousandths < 10_000 { return "\(TextReporter.thousandths(seconds)) s" }
    let tenths = (thousandths + 50) / 100
    return "\(tenths / 10).\(tenths % 10) s"
  }

  /// `0:05`, `12:34`, `1:02:03`; rounded up, so that nothing takes longer than announced.
  static func clock(_ seconds: Double) -> String {
    guard seconds < 3_600_000 else { return "over 999 h" }
    let all = Int(max(0, seconds).rounded(.up))
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let (hours, minutes) = (all / 3600, all / 60 % 60)
    return hours > 0 ? "\(hours):\(two(minutes)):\(two(all % 60))" : "\(minutes):\(two(all % 60))"
  }
}
