import CSocketShims
import Glibc

/// The one gateway to the kernel: each system call of this library is one line around ``attempt``.
///
/// It captures `errno` before anything else can change it, retries after EINTR, and shows the call to the thread's
/// ``SystemCallObserver`` where one is set; without one that costs a load and a branch.
enum Kernel {
  /// What to do when a signal interrupts the call.
  enum Interruption {
    /// Make the call again: right for every call that has then done nothing.
    case retry
    /// Hand EINTR to the caller: for connect(2), which goes on by itself, close(2), which has closed, and for waits.
    case report
  }

  /// Makes one call.
  ///
  /// `body` gets the count it may move and returns what the C function returned.
  ///
  /// - Returns: the value, and the `errno` if the value was -1.
  @inline(__always)
  static func attempt(
    _ name: StaticString, on descriptor: CInt = -1, count: Int = 0, interruption: Interruption = .retry,
    _ body: (Int) -> Int
  ) -> (value: Int, error: ErrorNumber?) {
    if unsafe sockshim_observer() != nil {
      return observed(name, on: descriptor, count: count, interruption: interruption, body)
    }
    while true {
      let value = body(count)
      if value != -1 { return (value, nil) }
      let number = sockshim_errno()
      if number == EINTR, interruption == .retry { continue }
      return (-1, ErrorNumber(number))
    }
  }

  /// The same, throwing what the call left in `errno`.
  @inline(__always)
  @discardableResult
  static func call(
    _ name: StaticString, on descriptor: CInt = -1, about subject: @autoclosure () -> String = "", count: Int = 0,
    interruption: Interruption = .retry, _ body: (Int) -> Int
  ) throws(SystemError) -> Int {
    let (value, error) = attempt(name, on: descriptor, count: count, interruption: interruption, body)
    if let error { throw SystemError(call: "\(name)", number: error, subject: subject()) }
    return value
  }

  /// A call that moves bytes on a descriptor that may be non-blocking: EAGAIN is a value.
  @inline(__always)
  static func transfer(
    _ name: StaticString, on descriptor: CInt, about subject: @autoclosure () -> String = "", count: Int,
    _ body: (Int) -> Int
  ) throws(SystemError) -> IOResult {
    let (value, error) = attempt(name, on: descriptor, count: count, body)
    guard let error else { return .moved(value) }
    if error == .wouldBlock { return .wouldBlock }
    throw SystemError(call: "\(name)", number: error, subject: subject())
  }

  @inline(never)
  private static func observed(
    _ name: StaticString, on descriptor: CInt, count: Int, interruption: Interruption, _ body: (Int) -> Int
  ) -> (value: Int, error: ErrorNumber?) {
    guard let observer = ObserverBox.current else { return (-1, .invalidArgument) }
    let call = SystemCall(name: "\(name)", descriptor: descriptor, count: count)
    while true {
      var value = -1
      var error: ErrorNumber?
      switch observer.replacement(for: call) {
      case .fail(let number): error = number
      case .limit(let limit): value = body(min(count, limit))
      case nil: value = body(count)
      }
      if value == -1, error == nil { error = ErrorNumber(sockshim_errno()) }
      observer.completed(call, value: value, error: error)
      if error == .interrupted, interruption == .retry { continue }
      return (value, error)
    }
  }
}

/// What a call that moves bytes did: a would-block is an answer, not a failure.
public enum IOResult: Hashable, Sendable {
  /// So many bytes were moved. 0 from a read is the end of a stream, or an empty datagram.
  case moved(Int)
  /// The descriptor is non-blocking and not ready (EAGAIN, EWOULDBLOCK).
  case wouldBlock
}
