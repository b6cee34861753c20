/// Where events go.
///
/// Operations emit, and never print.
package protocol EventSink: Sendable {
  func emit(_ event: Event)
  /// Whether events of a kind are shown to anybody: those that are not need not be made.
  func shows(_ kind: Event.Kind) -> Bool
  /// How often progress is to be reported; nil for never.
  var progressInterval: Duration? { get }
  /// Payload is about to be written to a standard output that is a terminal, which progress may be drawn on too.
  ///
  /// - Parameter endsLine: whether the cursor stands at the beginning of a line behind it.
  func outputComes(endsLine: Bool)
}

extension EventSink {
  /// All of them.
  package func shows(_ kind: Event.Kind) -> Bool { true }
  /// Never.
  package var progressInterval: Duration? { nil }
  /// Nothing is drawn that it could overwrite.
  package func outputComes(endsLine: Bool) {}
}
