/// Receives the events of an operation.
///
/// Operations emit events, and never print.
package protocol EventSink: Sendable {
  func emit(_ event: Event)
  /// Whether events of a kind are shown. Others need not be created.
  func shows(_ kind: Event.Kind) -> Bool
  /// How often progress is to be reported; nil for never.
  var progressInterval: Duration? { get }
  /// Called before payload is written to a terminal on which progress may be drawn, too.
  ///
  /// - Parameter endsLine: whether the payload ends with a newline.
  func outputComes(endsLine: Bool)
}

extension EventSink {
  /// All events are shown by default.
  package func shows(_ kind: Event.Kind) -> Bool { true }
  /// No progress by default.
  package var progressInterval: Duration? { nil }
  /// Does nothing.
  package func outputComes(endsLine: Bool) {}
}
