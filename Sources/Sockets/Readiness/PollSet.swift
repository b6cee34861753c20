import CSocketShims
import Glibc

/// Descriptors to wait for together: the array of `poll(2)`.
///
/// It borrows the descriptors: they must stay open while it waits.
public struct PollSet: Sendable {
  private var entries: [pollfd] = []

  /// An empty set.
  public init() {}

  /// How many descriptors it has.
  public var count: Int { entries.count }

  /// Adds a descriptor.
  ///
  /// - Returns: its place, for ``found(at:)``.
  @discardableResult
  public mutating func add(_ descriptor: CInt, for events: PollEvents) -> Int {
    entries.append(pollfd(fd: descriptor, events: events.rawValue, revents: 0))
    return entries.count - 1
  }

  /// Waits for other events at a place; with none the descriptor is passed over.
  public mutating func setEvents(_ events: PollEvents, at place: Int) {
    entries[place].events = events.rawValue
    // A negative number is how poll(2) is told to pass an entry over: without it, errors would still be reported.
    let descriptor = entries[place].fd < 0 ? ~entries[place].fd : entries[place].fd
    entries[place].fd = events.isEmpty ? ~descriptor : descriptor
  }

  /// What the last wait found at a place.
  public func found(at place: Int) -> PollEvents { PollEvents(rawValue: entries[place].revents) }

  /// The descriptors that the last wait found something on.
  public var ready: [(descriptor: CInt, events: PollEvents)] {
    entries.filter { $0.revents != 0 }.map { ($0.fd, PollEvents(rawValue: $0.revents)) }
  }

  /// Waits until something is found on one of the descriptors.
  ///
  /// Calls `poll(2)`, which counts milliseconds: the time is rounded up.
  ///
  /// - Parameter timeout: nil to wait for ever; zero to look only.
  /// - Returns: on how many descriptors something was found; 0 when the time has passed.
  /// - Throws: `EINTR` when a signal came; `EINVAL` for more descriptors than `RLIMIT_NOFILE`.
  public mutating func wait(timeout: Duration? = nil) throws(SystemError) -> Int {
    let milliseconds = timeout.map { CInt(clamping: max(0, $0.count(of: .milliseconds))) } ?? -1
    return try Kernel.call(
      "poll", interruption: .report, [.entries(entries), .integer(entries.count), .integer(Int(milliseconds))]
    ) { _ in
      unsafe entries.withUnsafeMutableBufferPointer { buffer in
        unsafe Int(Glibc.poll(buffer.baseAddress, nfds_t(buffer.count), milliseconds))
      }
    }
  }

  /// The same, with a time counted in nanoseconds.
  ///
  /// Calls `ppoll(2)` without a signal mask.
  public mutating func waitPrecisely(timeout: Duration? = nil) throws(SystemError) -> Int {
    let (seconds, attoseconds) = max(.zero, timeout ?? .zero).components
    // A negative number of seconds stands for no limit.
    let wholeSeconds = timeout == nil ? -1 : seconds
    return try Kernel.call(
      "ppoll", interruption: .report,
      [.entries(entries), .integer(entries.count), .time(timeout, fraction: "tv_nsec"), .null]
    ) { _ in
      unsafe entries.withUnsafeMutableBufferPointer { buffer in
        unsafe Int(
          sockshim_ppoll(buffer.baseAddress, nfds_t(buffer.count), wholeSeconds, attoseconds / 1_000_000_000))
      }
    }
  }
}

extension Socket {
  /// Waits until something is found on the socket.
  ///
  /// Calls `poll(2)`.
  ///
  /// - Parameter timeout: nil to wait for ever; zero to look only.
  /// - Returns: what was found; nothing when the time has passed.
  /// - Throws: `EINTR` when a signal came.
  public borrowing func wait(for events: PollEvents, timeout: Duration? = nil) throws(SystemError) -> PollEvents {
    var set = PollSet()
    set.add(descriptor, for: events)
    _ = try set.wait(timeout: timeout)
    return set.found(at: 0)
  }
}
