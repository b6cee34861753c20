import SocketLoop
import Sockets

/// Waits of the shell: other sides of a script go on meanwhile, and Ctrl-C ends them.
@LoopActor
enum Readiness {
  /// Waits until something is found on one of the descriptors.
  ///
  /// An epoll set of its own stands for them in the loop: so two sides may wait on one socket at once.
  ///
  /// - Returns: false when the deadline came first.
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

  /// The descriptors as an epoll set; nil where one is always ready: a regular file.
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

  /// Makes a call that answers `wouldBlock` again and again until it does not; as C does on a blocking socket.
  static func repeating<Result>(
    _ socket: ShellSocket, _ name: String, for events: PollEvents, waits: Bool,
    _ attempt: () throws(SystemError) -> Result?
  ) async throws(CallFailure) -> Result {
    let deadline = waits ? socket.deadline(events) : .never
    while true {
      do throws(SystemError) {
        if let result = try attempt() { return result }
      } catch {
        throw .system(error)
      }
      guard waits, try await wait([(socket.number, events)], until: deadline) else {
        throw .system(SystemError(call: name, number: .wouldBlock))
      }
    }
  }
}
