/// The failed connections of an ``Acceptor``.
struct ServiceFailures: Sendable {
  /// How many failed.
  private(set) var failures = 0
  /// The latest failure; nil if there was none.
  private(set) var lastFailure: OperationError?

  mutating func add(_ failure: OperationError) {
    failures += 1
    lastFailure = failure
  }
}
