import CSocketShims
import Glibc

/// The only gateway to the kernel: each system call of this library is one line around ``attempt``.
///
/// It captures `errno` before anything else can change it, retries after EINTR, and reports the call to the thread's
/// ``SystemCallObserver`` if there is one. Without an observer, this costs one load and one branch, since the arguments
/// are decoded by a closure that only the observed path calls.
enum Kernel {
  /// What to do if a signal interrupts the call.
  enum Interruption {
    /// Repeat it: right for every call that has had no effect by then.
    case retry
    /// Return EINTR to the caller: for connect(2), which continues in the background, for close(2), which has closed
    /// the descriptor, and for waits.
    case report
  }

  /// Makes one call.
  ///
  /// - Parameters:
  ///   - descriptor: the descriptor that the call works on; -1 for none.
  ///   - count: how many bytes or messages it may move.
  ///   - arguments: the arguments for an observer. Evaluated after the call; if the observer may replace the result,
  ///     before it as well.
  ///   - body: makes the call with the given count, and returns its result.
  /// - Returns: the result, and `errno` if the result was -1.
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

  /// Makes a call whose arguments contain what it returned.
  ///
  /// - Parameter arguments: called with the result; with 0 before the call, and if it failed.
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

  /// Like ``attempt``, but throws if the call failed.
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

  /// Makes a call that sends bytes. EAGAIN is a result, not an error, since the descriptor may be non-blocking.
  @inline(__always)
  static func transfer(
    _ name: StaticString, on descriptor: CInt, about subject: @autoclosure () -> String = "", count: Int,
    _ arguments: @autoclosure () -> [SystemCallArgument], _ body: (Int) -> Int
  ) throws(SystemError) -> IOResult {
    let (value, error) = attempt(name, on: descriptor, count: count, arguments(), body)
    return try result(name, value, error, subject())
  }

  /// Makes a call that receives bytes. Its arguments contain the part of the buffer that was filled.
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

/// The result of a call that moves bytes. A call that would block has not failed.
public enum IOResult: Hashable, Sendable {
  /// The number of bytes moved. From a read, 0 is the end of a stream or an empty datagram.
  case moved(Int)
  /// The descriptor is non-blocking and not ready (EAGAIN, EWOULDBLOCK).
  case wouldBlock
}

// Calls on descriptors of any kind, shared by several wrappers.
extension Kernel {
  /// Closes a descriptor when its owner goes out of scope, and ignores errors.
  ///
  /// Calls `close(2)` once: on EINTR, Linux has closed it already.
  static func close(_ descriptor: CInt) {
    _ = attempt("close", on: descriptor, interruption: .report, [.descriptor(descriptor)]) { _ in
      Int(Glibc.close(descriptor))
    }
  }

  /// Calls `fstat(2)`.
  static func status(of descriptor: CInt) throws(SystemError) -> stat {
    var status = stat()
    try call("fstat", on: descriptor, about: "on descriptor \(descriptor)", [.descriptor(descriptor), .status(status)])
    {
      _ in
      unsafe Int(fstat(descriptor, &status))
    }
    return status
  }

  /// Calls `lseek(2)`.
  static func seek(_ descriptor: CInt, by offset: Int, from origin: CInt) throws(SystemError) -> Int {
    try call(
      "lseek", on: descriptor, [.descriptor(descriptor), .integer(offset), .constant(origin, seekOrigins[Int(origin)])]
    ) { _ in
      Glibc.lseek(descriptor, offset, origin)
    }
  }

  private static var seekOrigins: [String] { ["SEEK_SET", "SEEK_CUR", "SEEK_END"] }

  /// Calls `open(2)`.
  static func open(
    _ path: String, _ flags: CInt, mode: mode_t = 0, on descriptor: CInt = -1
  ) throws(SystemError) -> CInt {
    let creates = flags & O_CREAT != 0
    return CInt(
      try call(
        "open", on: descriptor, about: path,
        [.string(path), .openFlags(flags)] + (creates ? [.mode(UInt32(mode))] : [])
      ) { _ in
        unsafe Int(Glibc.open(path, flags, mode))
      })
  }

  /// Calls `fcntl(2)` without a third argument.
  static func control(
    _ descriptor: CInt, _ command: CInt, _ name: StaticString, about subject: @autoclosure () -> String = ""
  ) throws(SystemError) -> CInt {
    CInt(
      try call("fcntl", on: descriptor, about: subject(), [.descriptor(descriptor), .constant(command, "\(name)")]) {
        _ in
        Int(Glibc.fcntl(descriptor, command))
      })
  }

  /// Calls `isatty(3)`, which makes an `ioctl(2)`.
  static func isTerminal(_ descriptor: CInt) -> Bool {
    let (_, error) = attempt("isatty", on: descriptor, [.descriptor(descriptor)]) { _ in
      isatty(descriptor) == 1 ? 1 : -1
    }
    return error == nil
  }
}
