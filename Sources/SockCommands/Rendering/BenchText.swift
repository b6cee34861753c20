import Operations
import Sockets

/// The output of `sock bench`.
enum BenchText {
  /// The percentiles of times to show.
  private static let percentiles = [50.0, 90, 99, 99.9, 99.99]

  /// One line of at most this many columns, shown during the run.
  static func status(_ report: BenchReport, of request: BenchRequest, columns: Int = .max) -> String {
    let left = max(0, seconds(request.time) - report.seconds)
    let what =
      switch request.work {
      case .upload: rate(report.sent, report.seconds)
      case .download: rate(report.received, report.seconds)
      case .both: "\(rate(report.sent, report.seconds)) there, \(rate(report.received, report.seconds)) back"
      case .latency, .connects: "\(report.times.count), median \(time(report.times.percentile(50)))"
      case .datagrams: count(report.datagramsSent, "datagram")
      }
    let line = "\(what), \(decimal(left, 0)) s left"
    return line.utf8.count <= columns ? line : String(what.prefix(max(0, columns)))
  }

  /// The report as text.
  static func text(_ report: BenchReport, of request: BenchRequest) -> String {
    let end = report.isInterrupted ? ", interrupted" : ""
    var lines = ["\(request.work.rawValue), \(streams(report)), \(decimal(report.seconds, 2)) s\(end)"]
    switch request.work {
    case .upload, .download, .both:
      // Data that was sent but did not arrive does not count towards the rate.
      let sentRate = report.confirmed == nil ? ", " + rate(report.sent, report.seconds) : ""
      if report.sent > 0 { lines.append("sent      \(amount(report.sent))\(sentRate)") }
      if report.received > 0 {
        lines.append("received  \(amount(report.received)), \(rate(report.received, report.seconds))")
      }
      if let confirmed = report.confirmed {
        lines.append("arrived   \(amount(confirmed)), \(rate(confirmed, report.seconds))")
      }
    case .latency, .connects:
      let what = request.work == .latency ? "round" : "connection"
      let perSecond = Double(report.times.count) / max(report.seconds, 1e-9)
      lines.append("\(count(report.times.count, what)), \(decimal(perSecond, 0)) a second")
      let times = percentiles.map { "\(name($0)) \(time(report.times.percentile($0)))" }.joined(separator: ", ")
      if report.times.count > 0 {
        lines.append("least \(time(report.times.lowest)), \(times), most \(time(report.times.highest))")
      }
    case .datagrams:
      lines.append("sent      \(count(report.datagramsSent, "datagram")), \(rate(report.sent, report.seconds))")
      if isBelowRate(report, request) {
        let asked = rate(UInt64(request.rate * report.streams), 1)
        lines.append("the rate  \(asked) was asked for, and not reached")
      }
      // Only the server knows, and it tells at the end.
      if report.isInterrupted { break }
      lines.append(
        "arrived   \(report.datagramsReceived), lost \(decimal(report.lossPercent, 2)) %, "
          + "\(report.datagramsReordered) reordered, \(report.datagramsDuplicate) duplicate, "
          + "jitter \(time(Int(seconds(report.jitter) * 1e9)))")
    }
    if report.seconds >= leastForProcessor {
      let server = report.serverSeconds.map { ", there \(percent($0, report))" } ?? ""
      lines.append(
        "processor here \(percent(report.userSeconds + report.systemSeconds, report)) "
          + "(user \(percent(report.userSeconds, report)), system \(percent(report.systemSeconds, report)))\(server)")
    }
    for (index, information) in report.information.enumerated() {
      lines.append(
        "TCP_INFO \(index + 1): \(information), delivery rate \(rate(UInt64(max(0, information.deliveryRate)), 1))")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The shortest time in seconds for which CPU usage is shown. In a shorter one, the work before and after it
  /// dominates.
  private static let leastForProcessor = 0.01

  private static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

  private static func streams(_ report: BenchReport) -> String {
    let streams = count(report.streams, "stream")
    return report.streamsAtOnce < report.streams ? "\(streams) (\(report.streamsAtOnce) at the same time)" : streams
  }

  /// Whether clearly less was sent than the requested rate.
  private static func isBelowRate(_ report: BenchReport, _ request: BenchRequest) -> Bool {
    // Allow for one datagram per stream.
    let asked = Double(request.rate * report.streams) * report.seconds - Double(request.messageSize * report.streams)
    return Double(report.sent) < asked * 0.95
  }

  /// The report as one JSON object. Times are in seconds, rates in bytes per second.
  static func json(_ report: BenchReport, of request: BenchRequest) -> String {
    var object = JSONObject(event: "summary")
    object.add("work", request.work.rawValue)
    object.add("against", request.server.rawValue)
    object.add("streams", number: report.streams)
    object.add("streams-at-once", number: report.streamsAtOnce)
    object.add("seconds", json: decimal(report.seconds, 6))
    if report.isInterrupted { object.add("interrupted", json: "true") }
    object.add("sent", number: report.sent)
    object.add("received", number: report.received)
    object.add("arrived", number: report.confirmed)
    if report.times.count > 0 {
      object.add("count", number: report.times.count)
      object.add("least", json: fraction(report.times.lowest))
      for percent in percentiles { object.add(name(percent), json: fraction(report.times.percentile(percent))) }
      object.add("most", json: fraction(report.times.highest))
      object.add("mean", json: fraction(Int(report.times.mean)))
    }
    if request.work == .datagrams {
      object.add("rate-asked", number: request.rate * report.streams)
      object.add("rate", json: decimal(Double(report.sent) / max(report.seconds, 1e-9), 0))
      object.add("datagrams-sent", number: report.datagramsSent)
      if !report.isInterrupted {
        object.add("datagrams-received", number: report.datagramsReceived)
        object.add("loss-percent", json: decimal(report.lossPercent, 4))
        object.add("reordered", number: report.datagramsReordered)
        object.add("duplicates", number: report.datagramsDuplicate)
        object.add("jitter", json: fraction(Int(seconds(report.jitter) * 1e9)))
      }
    }
    object.add("user-seconds", json: decimal(report.userSeconds, 6))
    object.add("system-seconds", json: decimal(report.systemSeconds, 6))
    if let server = report.serverSeconds { object.add("server-seconds", json: decimal(server, 6)) }
    let tcp = report.information.map { information in
      var object = JSONObject()
      object.add("state", information.state)
      object.add("rtt", json: fraction(information.roundTripTime * 1000))
      object.add("cwnd", number: information.congestionWindow)
      object.add("mss", number: information.segmentSize)
      object.add("retransmissions", number: information.retransmissions)
      object.add("delivery-rate", number: information.deliveryRate)
      return object.rendered
    }
    object.add("tcp", json: "[" + tcp.joined(separator: ",") + "]")
    return object.rendered + "\n"
  }

  private static func name(_ percent: Double) -> String {
    "p" + (percent == percent.rounded() ? String(Int(percent)) : String(percent))
  }

  private static func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
  }

  /// Nanoseconds as a fraction of a second.
  private static func fraction(_ nanoseconds: Int) -> String { decimal(Double(nanoseconds) / 1e9, 9) }

  private static func percent(_ used: Double, _ report: BenchReport) -> String {
    decimal(100 * used / max(report.seconds, 1e-9), 0) + " %"
  }

  private static func amount(_ bytes: UInt64) -> String {
    let units = ["bytes", "KiB", "MiB", "GiB", "TiB"]
    var value = Double(bytes)
    var unit = 0
    while value >= 1024, unit < units.count - 1 {
      value /= 1024
      unit += 1
    }
    return unit == 0 ? count(Int(bytes), "byte") : "\(decimal(value, 2)) \(units[unit])"
  }

  private static func rate(_ bytes: UInt64, _ seconds: Double) -> String {
    let perSecond = Double(bytes) / max(seconds, 1e-9)
    return "\(amount(UInt64(min(perSecond, 1e18))))/s (\(decimal(perSecond * 8 / 1e9, 3)) Gbit/s)"
  }

  private static func time(_ nanoseconds: Int) -> String {
    switch nanoseconds {
    case ..<1_000_000: "\(decimal(Double(nanoseconds) / 1e3, 1)) us"
    case ..<1_000_000_000: "\(decimal(Double(nanoseconds) / 1e6, 2)) ms"
    default: "\(decimal(Double(nanoseconds) / 1e9, 2)) s"
    }
  }

  /// A number with this many decimals, without Foundation.
  static func decimal(_ value: Double, _ digits: Int) -> String {
    let scale = (0..<digits).reduce(1.0) { product, _ in product * 10 }
    let whole = Int(min(max(0, value) * scale + 0.5, 9e18))
    guard digits > 0 else { return String(whole) }
    let text = String(whole)
    let padded = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
    return padded.dropLast(digits) + "." + padded.suffix(digits)
  }
}
