import Glibc

/// `RLIMIT_NOFILE`: how many descriptors this process may have open.
enum DescriptorLimit {
  /// Raises the soft limit to the hard one. Calls `getrlimit(2)` and `setrlimit(2)`.
  ///
  /// A server needs a descriptor for each connection; the usual soft limit of 1024 exists for programs that use
  /// select(2).
  static func raise() {
    var limit = rlimit()
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    guard getrlimit(resource, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
    limit.rlim_cur = limit.rlim_max
    setrlimit(resource, &limit)
  }
}
