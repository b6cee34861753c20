/// How many connections a server accepts.
struct AcceptLimits: Sendable {
  /// In all: when the last one has come, the server stops listening. Nil for no limit.
  var count: Int?
  /// At the same time: further ones wait in the kernel's queue.
  var atOnce: Int

  /// One after the other, so many in all.
  static func inTurn(_ count: Int) -> AcceptLimits { AcceptLimits(count: count, atOnce: 1) }

  /// Any number, and no more than `atOnce` at the same time.
  static func many(atOnce: Int = .max) -> AcceptLimits { AcceptLimits(count: nil, atOnce: atOnce) }
}
