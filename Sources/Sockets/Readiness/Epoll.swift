import CSocketShims
import Glibc

/// What an ``Epoll`` set watches a descriptor for, and what it reports.
///
/// Inlinable: an event loop looks at each of them for each event.
public struct EpollEvents: OptionSet, Hashable, Sendable {
  /// The C value.
  public let rawValue: UInt32
  /// Any value passes, also one that has no name here.
  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// `EPOLLIN`: reading does not block.
  @inlinable public static var readable: Self { Self(rawValue: 0x001) }
  /// `EPOLLPRI`: urgent data.
  @inlinable public static var urgent: Self { Self(rawValue: 0x002) }
  /// `EPOLLOUT`: writing does not block.
  @inlinable public static var writable: Self { Self(rawValue: 0x004) }
  /// `EPOLLERR`: an error waits, or the reader of a pipe has gone.
  ///
  /// Reported unasked.
  @inlinable public static var error: Self { Self(rawValue: 0x008) }
  /// `EPOLLHUP`: both halves have ended.
  ///
  /// Reported unasked.
  @inlinable public static var hangUp: Self { Self(rawValue: 0x010) }
  /// `EPOLLRDHUP`: the peer's sending half has ended.
  @inlinable public static var peerShutdown: Self { Self(rawValue: 0x2000) }
  /// `EPOLLET`: report changes, not states.
  @inlinable public static var edgeTriggered: Self { Self(rawValue: 1 << 31) }
}

/// A set of descriptors that one call can wait for: `epoll(7)`.
public struct Epoll: ~Copyable, Sendable {
  /// How many events one ``wait(milliseconds:_:)`` brings at most.
  public static let mostEvents = 64

  /// The set itself: readable while it has something to report.
  public let descriptor: CInt

  /// Calls `epoll_create1(2)` with `EPOLL_CLOEXEC`.
  public init() throws(SystemError) {
    descriptor = CInt(
      try Kernel.call("epoll_create1", [.constant(CInt(EPOLL_CLOEXEC), "EPOLL_CLOEXEC")]) { _ in
        Int(epoll_create1(CInt(EPOLL_CLOEXEC)))
      })
  }

  deinit { Kernel.close(descriptor) }

  /// Watches a descriptor; `token` comes back with its events.
  ///
  /// Calls `epoll_ctl(2)` with `EPOLL_CTL_ADD`.
  ///
  /// - Throws: `EPERM` for what is always ready: regular files, directories, `/dev/null`; `EEXIST`, `EBADF`.
  public borrowing func add(_ watched: CInt, for events: EpollEvents, token: UInt64) throws(SystemError) {
    try control(EPOLL_CTL_ADD, watched, events, token)
  }

  /// Watches a descriptor that is in the set for other events; those that it is ready for are reported anew.
  ///
  /// Calls `epoll_ctl(2)` with `EPOLL_CTL_MOD`.
  ///
  /// - Throws: `ENOENT` for what is not in the set.
  public borrowing func modify(_ watched: CInt, for events: EpollEvents, token: UInt64) throws(SystemError) {
    try control(EPOLL_CTL_MOD, watched, events, token)
  }

  private borrowing func control(
    _ operation: CInt, _ watched: CInt, _ events: EpollEvents, _ token: UInt64
  ) throws(SystemError) {
    let descriptor = descriptor
    var event = unsafe epoll_event()
    unsafe event.events = events.rawValue
    unsafe event.data.u64 = token
    try Kernel.call(
      "epoll_ctl", on: watched,
      [
        .descriptor(descriptor), .constant(operation, operation == EPOLL_CTL_ADD ? "EPOLL_CTL_ADD" : "EPOLL_CTL_MOD"),
        .descriptor(watched), .event(events, token: token),
      ]
    ) { _ in
      unsafe Int(epoll_ctl(descriptor, operation, watched, &event))
    }
  }

  /// Stops watching.
  ///
  /// Calls `epoll_ctl(2)` with `EPOLL_CTL_DEL`.
  public borrowing func remove(_ watched: CInt) throws(SystemError) {
    let descriptor = descriptor
    try Kernel.call(
      "epoll_ctl", on: watched,
      [.descriptor(descriptor), .constant(EPOLL_CTL_DEL, "EPOLL_CTL_DEL"), .descriptor(watched), .null]
    ) { _ in
      Int(epoll_ctl(descriptor, EPOLL_CTL_DEL, watched, nil))
    }
  }

  /// Waits until something happens, and hands over each event with its token.
  ///
  /// Calls `epoll_wait(2)`. A signal ends the wait early, without events.
  ///
  /// - Parameter milliseconds: at most so long; nil for as long as it takes.
  /// - Returns: how many events there were.
  @discardableResult
  public borrowing func wait(
    milliseconds: Int?, _ body: (UInt64, EpollEvents) -> Void
  ) throws(SystemError) -> Int {
    let descriptor = descriptor
    let timeout = milliseconds.map { CInt(clamping: $0) } ?? -1
    return try unsafe withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: Self.mostEvents) {
      (events) throws(SystemError) in
      let (count, error) = Kernel.attempt(
        "epoll_wait", on: descriptor, interruption: .report,
        received: {
          unsafe [
            .descriptor(descriptor), .events(events.baseAddress, $0), .integer(Self.mostEvents), .integer(Int(timeout)),
          ]
        }
      ) { _ in
        unsafe Int(epoll_wait(descriptor, events.baseAddress, CInt(Self.mostEvents), timeout))
      }
      if let error {
        if error == .interrupted { return 0 }
        throw SystemError(call: "epoll_wait", number: error)
      }
      for index in 0..<count {
        unsafe body(events[index].data.u64, EpollEvents(rawValue: events[index].events))
      }
      return count
    }
  }
}
