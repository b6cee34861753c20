import Glibc

/// CPU time of this process, in seconds.
struct ProcessorTime: Sendable {
  let user: Double
  let system: Double

  /// The time used so far. Calls `getrusage(2)`.
  static var now: ProcessorTime {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return ProcessorTime(user: seconds(usage.ru_utime), system: seconds(usage.ru_stime))
  }
}
