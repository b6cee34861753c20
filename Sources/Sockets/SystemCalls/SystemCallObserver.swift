import CSocketShims

/// What a ``SystemCallObserver`` puts in place of the kernel's result.
public enum SystemCallReplacement: Sendable {
  /// The call is not made, and fails with this error.
  case fail(ErrorNumber)
  /// The call is made, but may move at most this many bytes or messages: a short read or write.
  case limit(Int)
}

/// Observes every system call that this library makes on a thread: for tracers, for tests that count calls, and for
/// tests that need rare results (EINTR, short writes, EAGAIN).
///
/// Threads that the event loop starts for blocking calls inherit the observer of the thread that started them, so an
/// observer may be called on several threads at once. Calls that it makes itself are not observed.
public protocol SystemCallObserver: AnyObject, Sendable {
  /// Whether to call ``replacement(for:)``.
  ///
  /// Return false in an observer that only watches, so that the arguments are decoded once, after the call.
  var replacesAnswers: Bool { get }
  /// Called before each attempt, including retries after EINTR. Returns nil to make the call as it is.
  func replacement(for call: SystemCall) -> SystemCallReplacement?
  /// Called after each attempt, with the outcome.
  func completed(_ call: SystemCall)
}

extension SystemCallObserver {
  /// Replacements are asked for by default.
  public var replacesAnswers: Bool { true }
}

/// Runs `body` while `observer` sees each system call that this thread makes through the library; nil for no observer.
///
/// The observer belongs to the thread, so tests that run in parallel do not see each other's calls.
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

/// The observer of this thread, to pass on to a thread that works on its behalf.
public func currentSystemCallObserver() -> (any SystemCallObserver)? { ObserverBox.current }

/// A class of known layout that holds the existential, so that the thread needs to store only one opaque pointer.
final class ObserverBox: Sendable {
  let observer: any SystemCallObserver
  init(_ observer: any SystemCallObserver) { self.observer = observer }

  static var current: (any SystemCallObserver)? {
    guard let pointer = unsafe sockshim_observer() else { return nil }
    return unsafe Unmanaged<ObserverBox>.fromOpaque(pointer).takeUnretainedValue().observer
  }
}
