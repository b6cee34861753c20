import CSocketShims

/// What a ``SystemCallObserver`` puts in the place of the kernel's answer.
public enum SystemCallReplacement: Sendable {
  /// The kernel is not called: the call fails with this number.
  case fail(ErrorNumber)
  /// The kernel is called, and may move at most so many bytes: a short read or write.
  case limit(Int)
}

/// Sees every system call that this library makes on a thread: for `--trace`, for tests that count calls, and for
/// tests that need an answer the kernel rarely gives (EINTR, short writes, EAGAIN).
///
/// Threads started by the event loop for blocking calls inherit the observer of the thread that started them, so an
/// observer may be called by several threads at once. Calls that it makes itself are not observed.
public protocol SystemCallObserver: AnyObject, Sendable {
  /// Whether ``replacement(for:)`` is to be asked.
  ///
  /// Say false in an observer that only watches: the arguments are then decoded once, after the call.
  var replacesAnswers: Bool { get }
  /// Called before each attempt, also before a retry after EINTR. Returns nil to let the kernel answer.
  func replacement(for call: SystemCall) -> SystemCallReplacement?
  /// Called after each attempt, with the outcome.
  func completed(_ call: SystemCall)
}

extension SystemCallObserver {
  /// True.
  public var replacesAnswers: Bool { true }
}

/// Runs `body` with `observer` seeing each system call that this thread makes through the library; nil for none.
///
/// The observer belongs to the thread, so tests that run side by side do not see one another's calls.
public func withSystemCallObserver<Result, Failure: Error>(
  _ observer: (any SystemCallObserver)?, _ body: () throws(Failure) -> Result
) throws(Failure) -> Result {
  let box = observer.map { ObserverBox($0) }
  let previous = unsafe sockshim_observer()
  unsafe sockshim_set_observer(box.map { unsafe Unmanaged.passUnretained($0).toOpaque() })
  defer {
    unsafe sockshim_set_observer(previous)
    withExtendedLifetime(box) {}
  }
  return try body()
}

/// The observer of this thread, to be passed on to another thread that works for it.
public func currentSystemCallObserver() -> (any SystemCallObserver)? { ObserverBox.current }

/// A class of known layout around the existential, so that one opaque pointer fits in the thread's slot.
final class ObserverBox {
  let observer: any SystemCallObserver
  init(_ observer: any SystemCallObserver) { self.observer = observer }

  static var current: (any SystemCallObserver)? {
    guard let pointer = unsafe sockshim_observer() else { return nil }
    return unsafe Unmanaged<ObserverBox>.fromOpaque(pointer).takeUnretainedValue().observer
  }
}
