import Glibc

/// `RLIMIT_NOFILE`: how many descriptors this process may have open.
@LoopActor
package enum DescriptorLimit {
  /// The soft limit before it was raised; nil if it was not.
  private static var inherited: rlim_t?

  /// Raises the soft limit to the hard one. Calls `getrlimit(2)` and `setrlimit(2)`.
  ///
  /// A server needs a descriptor for each connection; the usual soft limit of 1024 exists for programs that use
  /// select(2).
  package static func raise() {
    guard var limit = current, limit.rlim_cur < limit.rlim_max else { return }
    let before = limit.rlim_cur
    limit.rlim_cur = limit.rlim_max
    if setrlimit(resource, &limit) == 0 { inherited = inherited ?? before }
  }

  /// Starts a program with the limit as it was before it was raised: one that uses select(2) must not get descriptors
  /// above 1023.
  static func withInherited<Result>(_ start: () -> Result) -> Result {
    guard let inherited, let own = current else { return start() }
    var limit = own
    limit.rlim_cur = min(inherited, own.rlim_cur)
    setrlimit(resource, &limit)
    defer {
      limit = own
      setrlimit(resource, &limit)
    }
    return start()
  }

  /// For how many connections at the same time there is room, at least 1 and at most 4096, if each takes so many
  /// descriptors.
  package static func room(for each: Int) -> Int {
    let free = Int(clamping: current?.rlim_cur ?? 1024) - 64
    return max(1, min(4096, free / each))
  }

  private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)

  private static var current: rlimit? {
    var limit = rlimit()
    return getrlimit(resource, &limit) == 0 ? limit : nil
  }
}
