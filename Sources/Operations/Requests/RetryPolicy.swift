/// `--retry`, `--retry-delay`: how often a connection is tried again that nothing answered.
package struct RetryPolicy: Sendable, Equatable {
  /// How many times; nil for as long as it takes.
  package var count: Int? = 0
  /// About how long to wait before the first retry; later ones wait longer.
  package var delay = Duration.seconds(1)

  /// No retries.
  package init() {}

  /// The longest wait between two attempts, unless the first is longer.
  static let longestDelay = Duration.seconds(30)
}
