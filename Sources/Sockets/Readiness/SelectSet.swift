import CSocketShims
import Glibc

/// Descriptors to wait for together: the three sets of `select(2)`.
///
/// It takes descriptors below 1024 only (`FD_SETSIZE`), as C does; ``PollSet`` takes any.
public struct SelectSet: Sendable {
  /// One of the three sets.
  public enum Condition: Hashable, Sendable, CaseIterable {
    /// A receive would not wait.
    case readable
    /// A send would not wait.
    case writable
    /// Urgent data, and with `SO_SELECT_ERR_QUEUE` errors.
    case exceptional
  }

  /// The first descriptor that has no place in a set: `FD_SETSIZE`.
  public static let limit: CInt = 1024

  private var wanted: [Condition: Set<CInt>] = [:]
  private var found: [Condition: Set<CInt>] = [:]

  /// Three empty sets.
  public init() {}

  /// Adds a descriptor to one of the sets: `FD_SET(3)`.
  ///
  /// - Throws: `EBADF` for a number outside of 0 to 1023, where C would write beyond the set.
  public mutating func insert(_ descriptor: CInt, for condition: Condition) throws(SystemError) {
    guard (0..<Self.limit).contains(descriptor) else {
      throw SystemError(
        call: "select", number: .badDescriptor, subject: "on descriptor \(descriptor) (FD_SETSIZE is \(Self.limit))")
    }
    wanted[condition, default: []].insert(descriptor)
  }

  /// Takes a descriptor out of one of the sets: `FD_CLR(3)`.
  public mutating func remove(_ descriptor: CInt, for condition: Condition) {
    wanted[condition]?.remove(descriptor)
  }

  /// Whether the last wait found this condition on the descriptor: `FD_ISSET(3)`.
  public func isReady(_ descriptor: CInt, for condition: Condition) -> Bool {
    found[condition]?.contains(descriptor) == true
  }

  /// The descriptors that the last wait found this condition on, in their order.
  public func ready(for condition: Condition) -> [CInt] { found[condition, default: []].sorted() }

  /// Waits until one of the conditions holds.
  ///
  /// Calls `select(2)`. The sets stay as they are, unlike in C: what was found stands beside them.
  ///
  /// - Parameter timeout: in microseconds, rounded up; nil to wait for ever; zero to look only.
  /// - Returns: how many conditions hold; 0 when the time has passed.
  /// - Throws: `EINTR` when a signal came; `EBADF` for a descriptor that is not open (Linux does not notice numbers
  ///   beyond the end of its table of open files).
  public mutating func wait(timeout: Duration? = nil) throws(SystemError) -> Int {
    let highest = wanted.values.compactMap { $0.max() }.max() ?? -1
    var read = filledSet(.readable)
    var write = filledSet(.writable)
    var except = filledSet(.exceptional)
    let (seconds, microseconds) = max(0, timeout?.inMicroseconds ?? 0).quotientAndRemainder(dividingBy: 1_000_000)
    found = [:]
    let count = try Kernel.call(
      "select", interruption: .report,
      [
        .integer(Int(highest + 1)), members(of: read, .readable), members(of: write, .writable),
        members(of: except, .exceptional), .time(timeout, fraction: "tv_usec"),
      ]
    ) { _ in
      // A negative number of seconds stands for no limit.
      unsafe Int(
        sockshim_select(highest + 1, &read, &write, &except, timeout == nil ? -1 : seconds, microseconds))
    }
    if count == 0 { return 0 }
    for condition in Condition.allCases {
      let set =
        switch condition {
        case .readable: read
        case .writable: write
        case .exceptional: except
        }
      found[condition] = wanted[condition, default: []].filter { descriptor in
        unsafe withUnsafePointer(to: set) { unsafe sockshim_fd_isset(descriptor, $0) != 0 }
      }
    }
    return count
  }

  /// The descriptors in a C set, for an observer.
  private func members(of set: fd_set, _ condition: Condition) -> SystemCallArgument {
    .list(
      wanted[condition, default: []].sorted().filter { descriptor in
        unsafe withUnsafePointer(to: set) { unsafe sockshim_fd_isset(descriptor, $0) != 0 }
      }.map { .descriptor($0) })
  }

  /// The C set of one condition.
  private func filledSet(_ condition: Condition) -> fd_set {
    var set = fd_set()
    unsafe sockshim_fd_zero(&set)
    for descriptor in wanted[condition, default: []] { unsafe sockshim_fd_set(descriptor, &set) }
    return set
  }
}
