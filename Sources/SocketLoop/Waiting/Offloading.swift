import Glibc
import Sockets

extension EventLoop {
  /// Runs a call that can only block, such as getaddrinfo(3), on a thread of its own.
  ///
  /// If the deadline comes first or the task is cancelled, the thread continues and its result is dropped.
  @LoopActor
  public static func offload<Result: Sendable>(
    until deadline: MonotonicTime = .never, _ body: @escaping @Sendable () -> Result
  ) async throws(WaitError) -> Result {
    let box = OffloadBox<Result>()
    detach {
      let value = body()
      EventLoop.shared.perform {
        LoopActor.assumeIsolated {
          box.value = value
          box.suspension.resume()
        }
      }
    }
    while true {
      if let value = box.value { return value }
      try await box.suspension.suspend(until: deadline)
    }
  }
}

extension EventLoop {
  /// Runs a call that can only block on a thread of its own, and waits for nothing.
  public static func detach(_ body: @escaping @Sendable () -> Void) {
    // The thread makes its calls on behalf of this one, so the same observer sees them.
    let observer = currentSystemCallObserver()
    startDetachedThread { withSystemCallObserver(observer) { body() } }
  }
}

@LoopActor
private final class OffloadBox<Result: Sendable> {
  var value: Result?
  let suspension = Suspension()
  nonisolated init() {}
}

/// Starts a detached thread.
///
/// If the system has no more threads, the work is done on this one.
func startDetachedThread(_ body: @escaping @Sendable () -> Void) {
  final class Work { let body: @Sendable () -> Void; init(_ body: @escaping @Sendable () -> Void) { self.body = body } }
  let work = Unmanaged.passRetained(Work(body))
  var thread = pthread_t()
  var attributes = pthread_attr_t()
  pthread_attr_init(&attributes)
  pthread_attr_setdetachstate(&attributes, CInt(PTHREAD_CREATE_DETACHED))
  let result = pthread_create(
    &thread, &attributes,
    { argument in
      if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body() }
      return nil
    }, work.toOpaque())
  pthread_attr_destroy(&attributes)
  if result != 0 { work.takeRetainedValue().body() }
}
