import CSocketShims
import Glibc

/// A set of descriptors to wait for in one call: the three sets of `select(2)`.
///
/// As in C, descriptors must be below 1024 (`FD_SETSIZE`); ``PollSet`` takes any.
public struct SelectSet: Sendable {
  /// One of the three sets.
  public enum Condition: Hashable, Sendable, CaseIterable {
    /// A read would not block.
    case readable
    /// A write would not block.
    case writable
    /// Urgent data; with `SO_SELECT_ERR_QUEUE` also an error in the error queue.
    case exceptional
  }

  /// The lowest descriptor that does not fit in a set: `FD_SETSIZE`.
  public static let limit: CInt = 1024

  private var wanted: [Condition: Set<CInt>] = [:]
  private var found: [Condition: Set<CInt>] = [:]

  /// Creates three empty sets.
  public init() {}

  /// Adds a descriptor to one of the sets: `FD_SET(3)`.
  ///
  /// - Throws: `EBADF` if it is not between 0 and 1023; C would write beyond the set.
  public mutating func insert(_ descriptor: CInt, for condition: Condition) throws(SystemError) {
    guard (0..<Self.limit).contains(descriptor) else {
      throw SystemError(
        call: "select", number: .badDescriptor, subject: "on descriptor \(descriptor) (FD_SETSIZE is \(Self.limit))")
    }
    wanted[condition, default: []].insert(descriptor)
  }

  /// Removes a descriptor from one of the sets: `FD_CLR(3)`.
  public mutating func remove(_ descriptor: CInt, for condition: Condition) {
    wanted[condition]?.remove(descriptor)
  }

  /// Whether the last wait reported this condition for the descriptor: `FD_ISSET(3)`.
  public func isReady(_ descriptor: CInt, for condition: Condition) -> Bool {
    found[condition]?.contains(descriptor) == true
  }

  /// The descriptors for which the last wait reported this condition, in ascending order.
  public func ready(for condition: Condition) -> [CInt] { found[condition, default: []].sorted() }

  /// Waits until one of the conditions holds.
  ///
  /// Calls `select(2)`. Unlike in C, the sets do not change: the result is kept separately.
  ///
  /// - Parameter timeout: the timeout, rounded up to microseconds; nil for none, zero to poll.
  /// - Returns: the number of conditions that hold; 0 if the timeout expired.
  /// - Throws: `EINTR` if a signal arrived; `EBADF` if a descriptor is not open (Linux ignores those beyond the end of
  ///   the process's descriptor table).
  public mutating func wait(timeout: Duration? = nil) throws(SystemError) -> Int {
    let (seconds, microseconds) = max(0, timeout?.inMicroseconds ?? 0).quotientAndRemainder(dividingBy: 1_000_000)
    return try unsafe wait("select", .time(timeout, fraction: "tv_usec"), []) { highest, read, write, except in
      // A negative number of seconds means no timeout.
      unsafe Int(sockshim_select(highest + 1, read, write, except, timeout == nil ? -1 : seconds, microseconds))
    }
  }

  /// The same, with a resolution of nanoseconds, and with other signals blocked.
  ///
  /// Calls `pselect(2)`.
  ///
  /// - Parameter signals: the signals that are blocked during the wait, and no others; nil leaves the mask of the thread.
  public mutating func waitPrecisely(
    timeout: Duration? = nil, blocking signals: [CInt]? = nil
  ) throws(SystemError) -> Int {
    let (seconds, attoseconds) = max(.zero, timeout ?? .zero).components
    var mask = SignalMask(signals)
    return try unsafe wait("pselect", .time(timeout, fraction: "tv_nsec"), [mask.argument]) {
      highest, read, write, except in
      unsafe mask.withPointer { mask in
        unsafe Int(
          sockshim_pselect(
            highest + 1, read, write, except, timeout == nil ? -1 : seconds, attoseconds / 1_000_000_000, mask))
      }
    }
  }

  private typealias FDSet = UnsafeMutablePointer<fd_set>

  /// Makes the call with the three sets, and keeps what it leaves in them.
  private mutating func wait(
    _ name: StaticString, _ time: @autoclosure () -> SystemCallArgument,
    _ more: @autoclosure () -> [SystemCallArgument], _ call: (CInt, FDSet, FDSet, FDSet) -> Int
  ) throws(SystemError) -> Int {
    let highest = wanted.values.compactMap { $0.max() }.max() ?? -1
    var read = filledSet(.readable)
    var write = filledSet(.writable)
    var except = filledSet(.exceptional)
    found = [:]
    let count = try Kernel.call(
      name, interruption: .report,
      [
        .integer(Int(highest + 1)), members(of: read, .readable), members(of: write, .writable),
        members(of: except, .exceptional), time(),
      ] + more()
    ) { _ in
      unsafe call(highest, &read, &write, &except)
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

  /// The descriptors in a C set, decoded for an observer.
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
