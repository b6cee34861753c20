/// How many connections a server accepts.
struct AcceptLimits: Sendable {
  /// The total number; the server stops listening after the last one. Nil for no limit.
  var count: Int?
  /// The number at the same time; further connections wait in the kernel's queue.
  var atOnce: Int

  /// One at a time, `count` in all.
  static func inTurn(_ count: Int) -> AcceptLimits { AcceptLimits(count: count, atOnce: 1) }

  /// Any number, at most `atOnce` at the same time.
  static func many(atOnce: Int = .max) -> AcceptLimits { AcceptLimits(count: nil, atOnce: atOnce) }
}
