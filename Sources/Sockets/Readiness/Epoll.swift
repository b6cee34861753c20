import CSocketShims
import Glibc

/// The events that an ``Epoll`` set waits for on a descriptor, and those that it reports.
///
/// Inlinable, since an event loop tests several of them for each event.
public struct EpollEvents: OptionSet, Hashable, Sendable {
  /// The C value.
  public let rawValue: UInt32
  /// Any value, even one without a name here.
  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// `EPOLLIN`: reading does not block.
  @inlinable public static var readable: Self { Self(rawValue: 0x001) }
  /// `EPOLLPRI`: urgent data.
  @inlinable public static var urgent: Self { Self(rawValue: 0x002) }
  /// `EPOLLOUT`: writing does not block.
  @inlinable public static var writable: Self { Self(rawValue: 0x004) }
  /// `EPOLLERR`: an error is pending, or the read end of a pipe was closed.
  ///
  /// Always reported.
  @inlinable public static var error: Self { Self(rawValue: 0x008) }
  /// `EPOLLHUP`: both directions are shut down.
  ///
  /// Always reported.
  @inlinable public static var hangUp: Self { Self(rawValue: 0x010) }
  /// `EPOLLRDHUP`: the peer has shut down its sending half.
  @inlinable public static var peerShutdown: Self { Self(rawValue: 0x2000) }
  /// `EPOLLET`: report changes of state only.
  @inlinable public static var edgeTriggered: Self { Self(rawValue: 1 << 31) }
}

/// A set of descriptors to wait for in one call: `epoll(7)`.
public struct Epoll: ~Copyable, Sendable {
  /// The maximum number of events that one ``wait(milliseconds:_:)`` returns.
  public static let maximumEvents = 64

  /// The descriptor of the set, which is readable while events are pending. It belongs to this value.
  public let descriptor: CInt

  /// Creates an empty set.
  ///
  /// Calls `epoll_create1(2)` with `EPOLL_CLOEXEC`.
  public init() throws(SystemError) {
    descriptor = CInt(
      try Kernel.call("epoll_create1", [.constant(CInt(EPOLL_CLOEXEC), "EPOLL_CLOEXEC")]) { _ in
        Int(epoll_create1(CInt(EPOLL_CLOEXEC)))
      })
  }

  deinit { Kernel.close(descriptor) }

  /// Adds a descriptor; its events are reported with `token`.
  ///
  /// Calls `epoll_ctl(2)` with `EPOLL_CTL_ADD`.
  ///
  /// - Throws: `EPERM` for files that are always ready: regular files, directories, `/dev/null`; `EEXIST` if the
  ///   descriptor is in the set, `EBADF` if it is not open.
  public borrowing func add(_ watched: CInt, for events: EpollEvents, token: UInt64) throws(SystemError) {
    try control(EPOLL_CTL_ADD, watched, events, token)
  }

  /// Changes the events of a descriptor in the set. Those that are already pending are reported again.
  ///
  /// Calls `epoll_ctl(2)` with `EPOLL_CTL_MOD`.
  ///
  /// - Throws: `ENOENT` if the descriptor is not in the set.
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

  /// Removes a descriptor.
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

  /// Waits for events, and calls the closure with each one and its token.
  ///
  /// Calls `epoll_wait(2)`. A signal ends the wait early, without events.
  ///
  /// - Parameter milliseconds: the timeout; nil for none.
  /// - Returns: the number of events.
  @discardableResult
  public borrowing func wait(
    milliseconds: Int?, _ body: (UInt64, EpollEvents) -> Void
  ) throws(SystemError) -> Int {
    let descriptor = descriptor
    let timeout = milliseconds.map { CInt(clamping: $0) } ?? -1
    return try unsafe withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: Self.maximumEvents) {
      (events) throws(SystemError) in
      let (count, error) = Kernel.attempt(
        "epoll_wait", on: descriptor, interruption: .report,
        received: {
          unsafe [
            .descriptor(descriptor), .events(events.baseAddress, $0), .integer(Self.maximumEvents),
            .integer(Int(timeout)),
          ]
        }
      ) { _ in
        unsafe Int(epoll_wait(descriptor, events.baseAddress, CInt(Self.maximumEvents), timeout))
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
