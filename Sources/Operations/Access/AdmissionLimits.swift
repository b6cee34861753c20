/// How many connections a server has, from whom, and for how long.
package struct AdmissionLimits: Sendable {
  /// `--max-conns`: how many at the same time; nil for any number.
  package var atOnce: Int?
  /// `--max-conns-reject`: whether one too many is closed, rather than kept waiting in the kernel's queue.
  package var rejects = false
  /// `--max-per-host`: how many at the same time from one host; nil for any number.
  package var perHost: Int?
  /// `--max-served`: how many in all; nil for any number.
  package var served: Int?
  /// `--max-lifetime`: how long each may last; nil for any time.
  package var lifetime: Duration?

  /// No limits.
  package init() {}
}
