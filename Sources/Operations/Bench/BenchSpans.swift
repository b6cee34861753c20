/// When each stream of a run was at work: not always all at the same time, for a server may have no room for them.
///
/// Times are in seconds, since any one moment.
struct BenchSpans: Sendable {
  private struct Span {
    let start: Double
    let end: Double
    /// What the processor did for the server's process meanwhile, whichever stream it was for.
    let processor: Double?
    /// How much of it no earlier one covers.
    var own = 0.0
  }

  private var spans: [Span] = []

  /// A stream's.
  mutating func add(from start: Double, lasting seconds: Double, processor: Double? = nil) {
    spans.append(Span(start: start, end: start + max(0, seconds), processor: processor))
  }

  /// In the order of their beginnings.
  private var inOrder: [Span] {
    var covered = -Double.infinity
    return spans.sorted { $0.start < $1.start }.map { span in
      var span = span
      span.own = max(0, span.end - max(span.start, covered))
      covered = max(covered, span.end)
      return span
    }
  }

  /// How long at least one was at work.
  var seconds: Double { inOrder.reduce(0) { $0 + $1.own } }

  /// The processor's time of the server's process in these seconds; nil where it says nothing.
  var processor: Double? {
    // One process serves them all: of what several cover, the first one's figure has all.
    inOrder.reduce(nil) { sum, span in
      guard let processor = span.processor else { return sum }
      let length = span.end - span.start
      return (sum ?? 0) + (length > 0 ? processor * span.own / length : 0)
    }
  }

  /// The most that were at work at the same time.
  var mostAtOnce: Int {
    spans.map { span in max(1, spans.count { $0.start <= span.start && span.start < $0.end }) }.max() ?? 0
  }
}
