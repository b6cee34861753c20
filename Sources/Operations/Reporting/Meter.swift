import SocketLoop
import Transfer

/// Reports the progress of all connections at regular intervals.
///
/// A timer reads the counters that every transfer keeps anyway, so nothing is added to the transfer itself.
@LoopActor
final class Meter {
  /// The counters of one connection; nil for a direction that is not used.
  struct Load {
    var sent: ByteCounter?
    var received: ByteCounter?
    /// How much is to go each way; nil if unknown.
    var total: (sent: UInt64?, received: UInt64?) = (nil, nil)
  }

  private let interval: Duration
  private let report: @LoopActor (ProgressReport) -> Void
  private var open: [Int: Load] = [:]
  /// The number of connections so far.
  private var count = 0
  private var start: MonotonicTime?
  private var timer: Task<Void, Never>?
  /// The bytes of connections that have ended.
  private var ended: (sent: UInt64, received: UInt64) = (0, 0)
  private var ways = (sent: false, received: false)
  private var total: (sent: UInt64?, received: UInt64?) = (nil, nil)
  private var windows = (sent: RateWindow(), received: RateWindow())

  init(every interval: Duration, _ report: @escaping @LoopActor (ProgressReport) -> Void) {
    self.interval = interval
    self.report = report
  }

  /// Whether the timer runs.
  var hasStarted: Bool { start != nil }

  /// Adds a connection; the first one starts the timer.
  func add(_ number: Int, _ load: Load) {
    open[number] = load
    count += 1
    ways = (ways.sent || load.sent != nil, ways.received || load.received != nil)
    // The total of several connections is unknown.
    total = count == 1 ? load.total : (nil, nil)
    if timer != nil { return }
    start = .now
    _ = current(rates: rate)
    timer = Task(executorPreference: EventLoop.shared) { await self.run() }
  }

  /// Removes a connection that has ended.
  func remove(_ number: Int) {
    guard let load = open.removeValue(forKey: number) else { return }
    // Files in /sys are shorter than stat(2) says.
    if let sent = load.sent, sent.isComplete, total.sent != nil { total.sent = sent.bytes }
    ended.sent += load.sent?.bytes ?? 0
    ended.received += load.received?.bytes ?? 0
  }

  /// Makes the last report, if there were any connections.
  func finish() {
    guard let timer else { return }
    timer.cancel()
    var last = current { _, seconds, bytes in seconds > 0 ? Double(bytes) / seconds : 0 }
    last.isLast = true
    report(last)
  }

  private func run() async {
    while true {
      do { try await EventLoop.sleep(until: .after(interval)) } catch { return }
      if Task.isCancelled { return }
      report(current(rates: rate))
    }
  }

  private enum Direction { case sent, received }

  private func rate(_ direction: Direction, seconds: Double, bytes: UInt64) -> Double {
    switch direction {
    case .sent: windows.sent.rate(at: seconds, count: bytes)
    case .received: windows.received.rate(at: seconds, count: bytes)
    }
  }

  private func current(rates: (Direction, Double, UInt64) -> Double) -> ProgressReport {
    let seconds = start.map { MonotonicTime.now.since($0) / .seconds(1) } ?? 0
    var (sent, received) = ended
    for load in open.values {
      sent += load.sent?.bytes ?? 0
      received += load.received?.bytes ?? 0
    }
    var report = ProgressReport(seconds: seconds, connections: open.count)
    if ways.sent {
      report.sent = .init(bytes: sent, bytesPerSecond: rates(.sent, seconds, sent), total: total.sent)
    }
    if ways.received {
      report.received = .init(
        bytes: received, bytesPerSecond: rates(.received, seconds, received), total: total.received)
    }
    return report
  }
}
