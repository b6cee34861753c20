import CSocketShims
import Glibc

/// The attempts at one call while the thread has an observer.
///
/// Its methods are not inlined and take no closures, so that the observed path adds little code to each call site.
@safe final class Observation {
  private let observer: (any SystemCallObserver)?
  private let slot: UnsafeMutableRawPointer?
  private let retriesInterrupted: Bool
  /// The result of a failed look-up that set `errno`, with its C name.
  private let failure: (value: Int, name: String?)
  private var call: SystemCall
  private var isUnderWay = false
  private var startTime: Int64 = 0

  /// The result of the latest attempt.
  private(set) var answer: (value: Int, error: ErrorNumber?) = (0, nil)

  /// - Parameter failure: the result that refers to `errno`: -1 for system calls.
  @inline(never)
  init(
    _ name: StaticString, on descriptor: CInt, count: Int, retriesInterrupted: Bool,
    failure: (value: Int, name: String?) = (-1, nil)
  ) {
    observer = ObserverBox.current
    unsafe slot = sockshim_observer()
    self.retriesInterrupted = retriesInterrupted
    self.failure = failure
    call = SystemCall(name: "\(name)", descriptor: descriptor, count: count, arguments: [], outcome: nil)
    // Calls that the observer itself makes, or that decode arguments, are not observed.
    sockshim_set_observer(nil)
  }

  /// Whether ``next(_:)`` wants the arguments decoded.
  var wantsArguments: Bool {
    @inline(never) get { isUnderWay || observer?.replacesAnswers == true }
  }

  /// The result, for arguments that contain what the call returned; 0 before the call, and if it failed.
  var moved: Int {
    @inline(never) get { answer.error == nil ? answer.value : 0 }
  }

  /// Reports the attempt that was made, if any, and asks the observer about the next one.
  ///
  /// - Returns: how many bytes or messages the next attempt may move; nil if there is none.
  @inline(never)
  func next(_ arguments: [SystemCallArgument]) -> Int? {
    call.arguments = arguments
    if isUnderWay, complete() { return nil }
    while true {
      switch replacement() {
      case .fail(let number):
        record(failure.value, number, failure.name ?? number.name, duration: .zero)
        if complete() { return nil }
      case .limit(let limit): return begin(min(call.count, limit))
      case nil: return begin(call.count)
      }
    }
  }

  private func replacement() -> SystemCallReplacement? {
    guard let observer, observer.replacesAnswers else { return nil }
    return observer.replacement(for: call)
  }

  private func begin(_ count: Int) -> Int {
    isUnderWay = true
    startTime = Self.nanoseconds
    return count
  }

  /// Reports an attempt that was made. Returns false if another one follows.
  private func complete() -> Bool {
    observer?.completed(call)
    isUnderWay = false
    call.outcome = nil
    if answer.error == .interrupted, retriesInterrupted { return false }
    unsafe sockshim_set_observer(slot)
    return true
  }

  /// Records the result of a system call, and `errno` first, since the next call may change it.
  @inline(never)
  func returned(_ value: Int) {
    let error = value == -1 ? ErrorNumber(sockshim_errno()) : nil
    record(value, error, error?.name, duration: .nanoseconds(Self.nanoseconds - startTime))
  }

  /// Records the result of a look-up.
  func returned(_ value: Int, _ error: ErrorNumber?, _ name: String?) {
    record(value, error, name, duration: .nanoseconds(Self.nanoseconds - startTime))
  }

  private func record(_ value: Int, _ error: ErrorNumber?, _ name: String?, duration: Duration) {
    answer = (value, error)
    call.outcome = SystemCall.Outcome(value: value, error: error, failure: name, duration: duration)
  }

  /// The monotonic clock, which the C library reads without a system call.
  private static var nanoseconds: Int64 { sockshim_monotonic_nanoseconds() }
}
