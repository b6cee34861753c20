import CSocketShims
import Glibc

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
