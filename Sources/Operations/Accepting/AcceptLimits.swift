/// How many connections a server accepts.
struct AcceptLimits: Sendable {
  /// The total number; the server stops listening after the last one. Nil for no limit.
  var count: Int?
  /// The number at the same time; further connections wait in the kernel's queue.
  var atOnce: Int
  /// Whether one connection is all, so that its failure is that of the run.
  var isForOne = false
  /// Whether this is a server of many, which SIGTERM lets end in order.
  var drains = false
  /// Whether connections are there that may end, and so free what a new one needs.
  var waitsForResources = false
  /// Whether one too many is closed, rather than kept waiting.
  var rejects = false
  /// The number at the same time from one host; nil for no limit.
  var perHost: Int?
  /// How long each may last; nil for no limit.
  var lifetime: Duration?

  /// One at a time, `count` in all.
  static func inTurn(_ count: Int) -> AcceptLimits {
    AcceptLimits(count: count, atOnce: 1, isForOne: count == 1)
  }

  /// Any number, at most `atOnce` at the same time.
  static func many(atOnce: Int = .max) -> AcceptLimits {
    AcceptLimits(count: nil, atOnce: atOnce, drains: true, waitsForResources: atOnce > 1)
  }

  /// These limits and the user's.
  func narrowed(by limits: AdmissionLimits) -> AcceptLimits {
    var result = self
    if let served = limits.served { result.count = min(served, count ?? .max) }
    if let most = limits.atOnce { result.atOnce = min(most, atOnce) }
    result.rejects = limits.rejects
    result.perHost = limits.perHost
    result.lifetime = limits.lifetime
    return result
  }
}
