import CSocketShims
import Glibc

/// The one gateway to the kernel: each system call of this library is one line around ``attempt``.
///
/// It captures `errno` before anything else can change it, retries after EINTR, and shows the call to the thread's
/// ``SystemCallObserver`` if there is one. Without one that costs a load and a branch: the arguments are decoded by a
/// closure that only the observed path calls.
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
  /// - Parameters:
  ///   - descriptor: what it works on, if anything.
  ///   - count: how much it may move.
  ///   - arguments: what to show an observer. Evaluated after the call, and before it too for an observer that may replace
  ///     the answer.
  ///   - body: gets the count and returns what the C function returned.
  /// - Returns: the value, and the `errno` if the value was -1.
  @inline(__always)
  static func attempt(
    _ name: StaticString, on descriptor: CInt = -1, count: Int = 0, interruption: Interruption = .retry,
    _ arguments: @autoclosure () -> [SystemCallArgument], _ body: (Int) -> Int
  ) -> (value: Int, error: ErrorNumber?) {
    if unsafe sockshim_observer() != nil {
      let observation = Observation(name, on: descriptor, count: count, retriesInterrupted: interruption == .retry)
      while let count = observation.next(observation.wantsArguments ? arguments() : []) {
        observation.returned(body(count))
      }
      return observation.answer
    }
    return unobserved(count, interruption, body)
  }

  /// A call whose arguments show what it brought.
  ///
  /// - Parameter arguments: gets what the call returned; 0 before it, and if it failed.
  @inline(__always)
  static func attempt(
    _ name: StaticString, on descriptor: CInt = -1, count: Int = 0, interruption: Interruption = .retry,
    received arguments: (Int) -> [SystemCallArgument], _ body: (Int) -> Int
  ) -> (value: Int, error: ErrorNumber?) {
    if unsafe sockshim_observer() != nil {
      let observation = Observation(name, on: descriptor, count: count, retriesInterrupted: interruption == .retry)
      while let count = observation.next(observation.wantsArguments ? arguments(observation.moved) : []) {
        observation.returned(body(count))
      }
      return observation.answer
    }
    return unobserved(count, interruption, body)
  }

  /// The same as ``attempt``, throwing what the call left in `errno`.
  @inline(__always)
  @discardableResult
  static func call(
    _ name: StaticString, on descriptor: CInt = -1, about subject: @autoclosure () -> String = "", count: Int = 0,
    interruption: Interruption = .retry, _ arguments: @autoclosure () -> [SystemCallArgument], _ body: (Int) -> Int
  ) throws(SystemError) -> Int {
    let (value, error) = attempt(
      name, on: descriptor, count: count, interruption: interruption, arguments(), body)
    if let error { throw SystemError(call: "\(name)", number: error, subject: subject()) }
    return value
  }

  /// A call that sends bytes on a descriptor that may be non-blocking: EAGAIN is a value.
  @inline(__always)
  static func transfer(
    _ name: StaticString, on descriptor: CInt, about subject: @autoclosure () -> String = "", count: Int,
    _ arguments: @autoclosure () -> [SystemCallArgument], _ body: (Int) -> Int
  ) throws(SystemError) -> IOResult {
    let (value, error) = attempt(name, on: descriptor, count: count, arguments(), body)
    return try result(name, value, error, subject())
  }

  /// A call that receives bytes: its arguments show as much of the buffer as was filled.
  @inline(__always)
  static func transfer(
    _ name: StaticString, on descriptor: CInt, count: Int, received arguments: (Int) -> [SystemCallArgument],
    _ body: (Int) -> Int
  ) throws(SystemError) -> IOResult {
    let (value, error) = attempt(name, on: descriptor, count: count, received: arguments, body)
    return try result(name, value, error, "")
  }

  @inline(__always)
  private static func result(
    _ name: StaticString, _ value: Int, _ error: ErrorNumber?, _ subject: @autoclosure () -> String
  ) throws(SystemError) -> IOResult {
    guard let error else { return .moved(value) }
    if error == .wouldBlock { return .wouldBlock }
    throw SystemError(call: "\(name)", number: error, subject: subject())
  }

  @inline(__always)
  private static func unobserved(
    _ count: Int, _ interruption: Interruption, _ body: (Int) -> Int
  ) -> (value: Int, error: ErrorNumber?) {
    while true {
      let value = body(count)
      if value != -1 { return (value, nil) }
      let number = sockshim_errno()
      if number == EINTR, interruption == .retry { continue }
      return (-1, ErrorNumber(number))
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
