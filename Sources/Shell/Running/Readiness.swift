import SocketLoop
import Sockets

/// Waiting for sockets: other jobs run meanwhile, and Ctrl-C interrupts the wait.
@LoopActor
enum Readiness {
  /// Waits until one of the descriptors is ready.
  ///
  /// The loop watches a private epoll set instead of the descriptors, so that two jobs can wait for one socket.
  ///
  /// - Returns: false if the deadline passed.
  static func wait(
    _ wanted: [(descriptor: CInt, events: PollEvents)], until deadline: MonotonicTime
  ) async throws(CallFailure) -> Bool {
    guard let set = try set(of: wanted) else { return true }
    let watch = Watch(set.descriptor)
    defer {
      watch.close()
      extendLifetime(set)
    }
    do throws(LoopError) {
      try await watch.readable(until: deadline)
      return true
    } catch {
      switch error {
      case .timedOut: return false
      case .cancelled: throw .cancelled
      case .system(let error): throw .system(error)
      }
    }
  }

  /// The descriptors as an epoll set; nil if one is a regular file, which is always ready.
  private static func set(
    of wanted: [(descriptor: CInt, events: PollEvents)]
  ) throws(CallFailure) -> Epoll? {
    var events: [CInt: PollEvents] = [:]
    for (descriptor, more) in wanted { events[descriptor, default: []].formUnion(more) }
    do throws(SystemError) {
      let set = try Epoll()
      for (descriptor, wanted) in events {
        try set.add(descriptor, for: EpollEvents(rawValue: UInt32(UInt16(bitPattern: wanted.rawValue))), token: 0)
      }
      return set
    } catch {
      if error.number == .notPermitted { return nil }
      throw .system(error)
    }
  }

  /// Repeats a non-blocking call until it succeeds, as a blocking socket would.
  ///
  /// - Parameter limit: when to give up; by default after the time that the socket has for the call.
  static func repeating<Result>(
    _ socket: ShellSocket, _ name: String, for events: PollEvents, waits: Bool, until limit: MonotonicTime? = nil,
    _ attempt: () throws(SystemError) -> Result?
  ) async throws(CallFailure) -> Result {
    let deadline = waits ? limit ?? socket.deadline(events) : .never
    var hasWaited = false
    while true {
      do throws(SystemError) {
        if let result = try attempt() { return result }
      } catch {
        throw .system(error)
      }
      // What made it ready has gone, or is no concern of this call, such as a queued error: it may stay, so pause.
      if hasWaited {
        let pause = min(deadline, .after(.milliseconds(5)))
        do throws(WaitError) { try await EventLoop.sleep(until: pause) } catch { throw .cancelled }
      }
      // Once the time is over, room that others make comes too late.
      guard waits, MonotonicTime.now < deadline, try await wait([(socket.number, events)], until: deadline) else {
        throw .system(SystemError(call: name, number: .wouldBlock))
      }
      hasWaited = true
    }
  }
}
