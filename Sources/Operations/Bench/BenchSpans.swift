/// When each stream of a run was active. Spans need not overlap, since a server may be unable to serve all streams at
/// once.
///
/// Times are in seconds from a common origin.
struct BenchSpans: Sendable {
  private struct Span {
    let start: Double
    let end: Double
    /// The CPU time of the server's process during the span, for all streams.
    let processor: Double?
    /// How much of the span no earlier span covers.
    var own = 0.0
  }

  private var spans: [Span] = []

  /// Adds the span of one stream.
  mutating func add(from start: Double, lasting seconds: Double, processor: Double? = nil) {
    spans.append(Span(start: start, end: start + max(0, seconds), processor: processor))
  }

  /// The spans in order of their start.
  private var inOrder: [Span] {
    var covered = -Double.infinity
    return spans.sorted { $0.start < $1.start }.map { span in
      var span = span
      span.own = max(0, span.end - max(span.start, covered))
      covered = max(covered, span.end)
      return span
    }
  }

  /// The time in which at least one stream was active.
  var seconds: Double { inOrder.reduce(0) { $0 + $1.own } }

  /// The CPU time of the server's process in that time; nil if it sends no report.
  var processor: Double? {
    // One process serves all streams, so where spans overlap, the figure of the first one covers the overlap.
    inOrder.reduce(nil) { sum, span in
      guard let processor = span.processor else { return sum }
      let length = span.end - span.start
      return (sum ?? 0) + (length > 0 ? processor * span.own / length : 0)
    }
  }

  /// The maximum number of streams active at the same time.
  var mostAtOnce: Int {
    spans.map { span in max(1, spans.count { $0.start <= span.start && span.start < $0.end }) }.max() ?? 0
  }
}
