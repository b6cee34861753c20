import CSocketShims

/// A system call as it is about to be made.
public struct SystemCall: Sendable {
  /// The C name: `sendto`.
  public let name: String
  /// The descriptor it works on; -1 where it takes none.
  public let descriptor: CInt
  /// How many bytes (or messages) it may move; 0 where that has no meaning.
  public let count: Int
}

/// What a ``SystemCallObserver`` puts in the place of the kernel's answer.
public enum SystemCallReplacement: Sendable {
  /// The kernel is not called: the call fails with this number.
  case fail(ErrorNumber)
  /// The kernel is called, and may move at most so many bytes: a short read or write.
  case limit(Int)
}

/// Sees every system call that this library makes on one thread: for `--trace`, for tests that count calls, and for
/// tests that make the kernel's rare answers (EINTR, short writes, EAGAIN) come when they are wanted.
public protocol SystemCallObserver: AnyObject {
  /// Called before each attempt, also before a retry after EINTR. Returns nil to let the kernel answer.
  func replacement(for call: SystemCall) -> SystemCallReplacement?
  /// Called after each attempt with what came back: the value, or the `errno` where the value is -1.
  func completed(_ call: SystemCall, value: Int, error: ErrorNumber?)
}

/// Runs `body` with `observer` seeing each system call that this thread makes through the library.
///
/// The observer belongs to the thread, so tests that run side by side do not see one another's calls.
public func withSystemCallObserver<Result, Failure: Error>(
  _ observer: any SystemCallObserver, _ body: () throws(Failure) -> Result
) throws(Failure) -> Result {
  let box = ObserverBox(observer)
  let previous = unsafe sockshim_observer()
  unsafe sockshim_set_observer(Unmanaged.passUnretained(box).toOpaque())
  defer {
    unsafe sockshim_set_observer(previous)
    withExtendedLifetime(box) {}
  }
  return try body()
}

/// A class of known layout around the existential, so that one opaque pointer fits in the thread's slot.
final class ObserverBox {
  let observer: any SystemCallObserver
  init(_ observer: any SystemCallObserver) { self.observer = observer }

  static var current: (any SystemCallObserver)? {
    guard let pointer = unsafe sockshim_observer() else { return nil }
    return unsafe Unmanaged<ObserverBox>.fromOpaque(pointer).takeUnretainedValue().observer
  }
}
