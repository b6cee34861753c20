import Operations
import Sockets

/// The output of `sock ping` and `sock trace-route` as text.
enum ProbeText {
  /// The lines for a report of `ping`, with newlines; empty if it is not shown.
  static func text(_ report: PingReport, of target: ProbeTarget) -> String {
    switch report {
    case .started(let address): return "ping \(title(address, target)) by \(target.method.rawValue)\n"
    case .outcome(let outcome, let sequence, let isDuplicate, let isReordered):
      return line(outcome, sequence) + (isDuplicate ? ", duplicate" : "") + (isReordered ? ", reordered" : "") + "\n"
    case .finished(let statistics): return summary(statistics, target)
    }
  }

  /// The lines for a report of `trace-route`, with newlines; empty if it is not shown.
  static func text(_ report: TraceRouteReport, of request: TraceRouteRequest) -> String {
    switch report {
    case .started(let address):
      let target = request.target
      return "trace-route to \(title(address, target)) by \(target.method.rawValue), \(request.maxHops) hops at most\n"
    case .hop(let hop): return line(hop)
    case .finished: return ""
    }
  }

  private static func title(_ address: SocketAddress, _ target: ProbeTarget) -> String {
    let shown = target.service == nil ? address.host : address.description
    return target.host == address.host ? shown : "\(TextReporter.printable(target.host)) (\(shown))"
  }

  // MARK: - ping

  private static func line(_ outcome: ProbeOutcome, _ sequence: Int) -> String {
    switch outcome {
    case .corrupted(let answer, let how): return line(.answer(answer), sequence) + ", \(how)"
    case .answer(let answer):
      let from = answer.from.host
      let what =
        switch answer.kind {
        case .echo, .data: "\(answer.bytes ?? 0) bytes from \(from)"
        case .connected: "connected to \(answer.from)"
        case .refused: "refused by \(answer.from)"
        case .portUnreachable: "port unreachable, says \(from)"
        }
      let hops = answer.hopLimit.map { " ttl=\($0)" } ?? ""
      return "\(what): seq=\(sequence)\(hops) time=\(milliseconds(answer.time.inSeconds)) ms"
    case .report(let report):
      let who = report.error.offender?.host ?? "somebody"
      return "from \(who): seq=\(sequence) \(report.error.meaning)"
    case .failed(let number): return "seq=\(sequence) failed: \(number)"
    case .silence: return "seq=\(sequence) no answer"
    }
  }

  private static func summary(_ all: PingStatistics, _ target: ProbeTarget) -> String {
    var text = "\n\(TextReporter.printable(target.host)): \(all.sent) sent, \(all.received) received"
    if all.duplicates > 0 { text += ", \(all.duplicates) duplicate" }
    if all.reordered > 0 { text += ", \(all.reordered) reordered" }
    if all.corrupted > 0 { text += ", \(all.corrupted) corrupted" }
    if all.errors > 0 { text += ", \(all.errors) failed" }
    text += ", \(percent(all.lossPercent))% lost, in \(TextReporter.thousandths(all.seconds)) s\n"
    guard all.received > 0 else { return text }
    let times = [all.minimum, all.average, all.maximum, all.deviation].map(milliseconds).joined(separator: "/")
    return text + "round trip min/avg/max/mdev = \(times) ms\n"
  }

  /// A percentage with one decimal, or none if that is 0.
  static func percent(_ value: Double) -> String {
    let tenths = UInt64(clampingRounded: value * 10)
    return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
  }

  /// A number of seconds in milliseconds, with three decimals.
  static func milliseconds(_ seconds: Double) -> String { TextReporter.thousandths(seconds * 1000) }

  // MARK: - trace-route

  /// ` 1  router (10.0.0.1)  0.123 ms  0.110 ms  *`: a host is named again only after another one has answered.
  private static func line(_ hop: TraceRouteHop) -> String {
    var text = (hop.number < 10 ? " " : "") + "\(hop.number) "
    var latest: SocketAddress?
    for outcome in hop.outcomes {
      if let who = outcome.from, who != latest {
        text += " " + (hop.names[who].map { "\(TextReporter.printable($0)) (\(who.host))" } ?? who.host) + " "
        latest = who
      }
      switch outcome {
      case .answer(let answer), .corrupted(let answer, _): text += " \(milliseconds(answer.time.inSeconds)) ms "
      case .report(let report):
        let mark = report.error.mark
        text += " \(milliseconds(report.time.inSeconds)) ms " + (mark.isEmpty ? "" : "\(mark) ")
      case .failed(let number): text += " \(number.name) "
      case .silence: text += " * "
      }
    }
    while text.hasSuffix(" ") { text.removeLast() }
    return text + "\n"
  }
}
