import CSocketShims
import Glibc

/// A set of descriptors to wait for in one call: the array of `poll(2)`.
///
/// It borrows the descriptors, which must stay open during a wait.
public struct PollSet: Sendable {
  private var entries: [pollfd] = []

  /// Creates an empty set.
  public init() {}

  /// The number of descriptors.
  public var count: Int { entries.count }

  /// Adds a descriptor.
  ///
  /// - Returns: its index, for ``found(at:)``.
  @discardableResult
  public mutating func add(_ descriptor: CInt, for events: PollEvents) -> Int {
    entries.append(pollfd(fd: descriptor, events: events.rawValue, revents: 0))
    return entries.count - 1
  }

  /// Changes the events to wait for at an index; if there are none, the descriptor is ignored.
  public mutating func setEvents(_ events: PollEvents, at place: Int) {
    entries[place].events = events.rawValue
    // poll(2) ignores entries with a negative descriptor. Without this, errors would still be reported.
    let descriptor = entries[place].fd < 0 ? ~entries[place].fd : entries[place].fd
    entries[place].fd = events.isEmpty ? ~descriptor : descriptor
  }

  /// The events that the last wait reported at an index.
  public func found(at place: Int) -> PollEvents { PollEvents(rawValue: entries[place].revents) }

  /// The descriptors for which the last wait reported events.
  public var ready: [(descriptor: CInt, events: PollEvents)] {
    entries.filter { $0.revents != 0 }.map { ($0.fd, PollEvents(rawValue: $0.revents)) }
  }

  /// Waits until there is an event on one of the descriptors.
  ///
  /// Calls `poll(2)`, with the timeout rounded up to milliseconds.
  ///
  /// - Parameter timeout: the timeout; nil for none, zero to poll.
  /// - Returns: the number of descriptors with events; 0 if the timeout expired.
  /// - Throws: `EINTR` if a signal arrived; `EINVAL` for more descriptors than `RLIMIT_NOFILE`.
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

  /// The same, with a resolution of nanoseconds.
  ///
  /// Calls `ppoll(2)`.
  ///
  /// - Parameter signals: the signals that are blocked during the wait, and no others: one that is not among them, and is
  ///   blocked otherwise, ends the wait with `EINTR`. Nil leaves the mask of the thread.
  public mutating func waitPrecisely(
    timeout: Duration? = nil, blocking signals: [CInt]? = nil
  ) throws(SystemError) -> Int {
    var mask = SignalMask(signals)
    let (seconds, attoseconds) = max(.zero, timeout ?? .zero).components
    // A negative number of seconds means no timeout.
    let wholeSeconds = timeout == nil ? -1 : seconds
    return try Kernel.call(
      "ppoll", interruption: .report,
      [.entries(entries), .integer(entries.count), .time(timeout, fraction: "tv_nsec"), mask.argument]
    ) { _ in
      unsafe entries.withUnsafeMutableBufferPointer { buffer in
        unsafe mask.withPointer { mask in
          unsafe Int(
            sockshim_ppoll(
              buffer.baseAddress, nfds_t(buffer.count), wholeSeconds, attoseconds / 1_000_000_000, mask))
        }
      }
    }
  }
}

extension Socket {
  /// Waits for events on the socket.
  ///
  /// Calls `poll(2)`, with the timeout rounded up to milliseconds.
  ///
  /// - Parameter timeout: the timeout; nil for none, zero to poll.
  /// - Returns: the events; empty if the timeout expired.
  /// - Throws: `EINTR` if a signal arrived.
  public borrowing func wait(for events: PollEvents, timeout: Duration? = nil) throws(SystemError) -> PollEvents {
    var set = PollSet()
    set.add(descriptor, for: events)
    _ = try set.wait(timeout: timeout)
    return set.found(at: 0)
  }
}
