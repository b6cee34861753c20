import Glibc

/// `RLIMIT_NOFILE`: how many descriptors this process may have open.
enum DescriptorLimit {
  /// Raises the soft limit to the hard one. Calls `getrlimit(2)` and `setrlimit(2)`.
  ///
  /// A server needs a descriptor for each connection; the usual soft limit of 1024 exists for programs that use
  /// select(2).
  static func raise() {
    guard var limit = current, limit.rlim_cur < limit.rlim_max else { return }
    limit.rlim_cur = limit.rlim_max
    setrlimit(resource, &limit)
  }

  /// For how many connections at the same time there is room, at least 1 and at most 4096, if each takes so many
  /// descriptors.
  static func room(for each: Int) -> Int {
    let free = Int(clamping: current?.rlim_cur ?? 1024) - 64
    return max(1, min(4096, free / each))
  }

  private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)

  private static var current: rlimit? {
    var limit = rlimit()
    return getrlimit(resource, &limit) == 0 ? limit : nil
  }
}
