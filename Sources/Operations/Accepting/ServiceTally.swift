/// What became of the connections that an ``Acceptor`` handed to its handler.
struct ServiceTally: Sendable {
  /// How many failed by a fault of their own.
  private(set) var failures = 0
  /// The latest such failure; nil where there was none.
  private(set) var lastFailure: OperationError?

  mutating func add(_ failure: OperationError) {
    failures += 1
    lastFailure = failure
  }
}
