/// How many connections a server accepts.
struct AcceptLimits: Sendable {
  /// In all; the server stops listening when the last one has come. Nil for no limit.
  var count: Int?
  /// At the same time; further ones wait in the kernel's queue.
  var atOnce: Int

  /// One after the other, `count` in all.
  static func inTurn(_ count: Int) -> AcceptLimits { AcceptLimits(count: count, atOnce: 1) }

  /// Any number, and no more than `atOnce` at the same time.
  static func many(atOnce: Int = .max) -> AcceptLimits { AcceptLimits(count: nil, atOnce: atOnce) }
}
