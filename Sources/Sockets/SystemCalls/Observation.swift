import CSocketShims
import Glibc

/// A call in view of the thread's observer, from before its first attempt to after its last.
///
/// Its methods stay out of line and take no closures: this keeps the observed path of each call site to a few calls.
@safe final class Observation {
  private let observer: (any SystemCallObserver)?
  private let slot: UnsafeMutableRawPointer?
  private let retriesInterrupted: Bool
  /// What a look-up returns for a failure that has an `errno`, and the name of that.
  private let failure: (value: Int, name: String?)
  private var call: SystemCall
  private var isUnderWay = false
  private var startTime: Int64 = 0

  /// What came of the latest attempt.
  private(set) var answer: (value: Int, error: ErrorNumber?) = (0, nil)

  /// - Parameter failure: what the function returns if `errno` tells the rest: -1 for system calls.
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
    // What the observer itself calls, and the decoding of arguments, is not part of what it observes.
    sockshim_set_observer(nil)
  }

  /// Whether ``next(_:)`` wants the arguments decoded.
  var wantsArguments: Bool {
    @inline(never) get { isUnderWay || observer?.replacesAnswers == true }
  }

  /// What the call has returned, for arguments that show what it brought; 0 before it, and if it failed.
  var moved: Int {
    @inline(never) get { answer.error == nil ? answer.value : 0 }
  }

  /// Shows the observer what there is to see.
  ///
  /// - Returns: how much the next attempt may move; nil if there is none.
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

  /// Shows an attempt that has been made; false if another one is to follow.
  private func complete() -> Bool {
    observer?.completed(call)
    isUnderWay = false
    call.outcome = nil
    if answer.error == .interrupted, retriesInterrupted { return false }
    unsafe sockshim_set_observer(slot)
    return true
  }

  /// Takes what a system call returned: first of all `errno`, which the next call may change.
  @inline(never)
  func returned(_ value: Int) {
    let error = value == -1 ? ErrorNumber(sockshim_errno()) : nil
    record(value, error, error?.name, duration: .nanoseconds(Self.nanoseconds - startTime))
  }

  /// Takes what a look-up returned.
  func returned(_ value: Int, _ error: ErrorNumber?, _ name: String?) {
    record(value, error, name, duration: .nanoseconds(Self.nanoseconds - startTime))
  }

  private func record(_ value: Int, _ error: ErrorNumber?, _ name: String?, duration: Duration) {
    answer = (value, error)
    call.outcome = SystemCall.Outcome(value: value, error: error, failure: name, duration: duration)
  }

  /// The monotonic clock, which the C library reads without a system call.
  private static var nanoseconds: Int64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
