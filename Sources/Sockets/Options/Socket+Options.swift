import Glibc

extension Socket {
  /// Reads an option of the catalogue.
  ///
  /// Calls `getsockopt(2)`.
  ///
  /// - Throws: `ENOPROTOOPT`, `EOPNOTSUPP` if the socket or the kernel has no such option; `ENOTCONN`, `EINVAL` for
  ///   options that need a connection.
  public borrowing func value(of option: SocketOption) throws(SystemError) -> SocketOptionValue {
    var capacity = option.kind.capacity
    // The kernel refuses more room than the address has bytes (SO_PEERNAME).
    if option.kind == .address, let address = try? peerAddress() { capacity = address.bytes.count }
    let bytes = try getOption(level: option.level, number: option.number, capacity: capacity, about: option.name)
    let value = SocketOptionValue(bytes: bytes, kind: option.kind)
    // The names of protocols depend on the family: 4 is IPPROTO_IPIP, and NETLINK_SOCK_DIAG.
    guard option.name == "SO_PROTOCOL", family.addressing != .internet, case .integer(let number, _) = value else {
      return value
    }
    let name = family.name(of: TransportProtocol(rawValue: CInt(truncatingIfNeeded: number)))
    return .integer(number, name: Int(name) == nil ? name : nil)
  }

  /// Sets an option of the catalogue.
  ///
  /// Calls `setsockopt(2)`. The kernel may adjust the value: read it back to know. Times are rounded up to the option's
  /// unit.
  ///
  /// - Throws: `ENOPROTOOPT`, `EOPNOTSUPP` if the socket or the kernel has no such option; `EINVAL` for a bad value, or a
  ///   socket in the wrong state; `EPERM` without the privilege; `ENODEV` for an unknown interface.
  public borrowing func set(_ option: SocketOption, to value: SocketOptionValue) throws(SystemError) {
    let bytes = value.bytes(for: option.kind)
    try setOption(level: option.level, number: option.number, bytes: bytes.span, about: "\(option)=\(value)")
  }

  /// Reads an option as bytes, for options that the catalogue lacks.
  ///
  /// Calls `getsockopt(2)`.
  ///
  /// - Parameter capacity: the size of the buffer; the kernel truncates some options silently, and refuses others
  ///   (`EINVAL`, `ERANGE`).
  /// - Returns: the bytes that the kernel wrote.
  public borrowing func getOption(
    level: OptionLevel, number: CInt, capacity: Int
  ) throws(SystemError) -> [UInt8] {
    try getOption(level: level, number: number, capacity: capacity, about: "\(level), option \(number)")
  }

  /// Sets an option as bytes, for options that the catalogue lacks.
  ///
  /// Calls `setsockopt(2)`.
  public borrowing func setOption(
    level: OptionLevel, number: CInt, bytes: Span<UInt8>
  ) throws(SystemError) {
    try setOption(level: level, number: number, bytes: bytes, about: "\(level), option \(number)")
  }

  borrowing func getOption(
    level: OptionLevel, number: CInt, capacity: Int, about subject: @autoclosure () -> String
  ) throws(SystemError) -> [UInt8] {
    let nothing = [UInt8](repeating: 0, count: max(0, capacity))
    return try getOption(level: level, number: number, asking: nothing, about: subject())
  }

  /// - Parameter question: the contents of the buffer on entry: the association or address that is asked about.
  borrowing func getOption(
    level: OptionLevel, number: CInt, asking question: [UInt8], about subject: @autoclosure () -> String
  ) throws(SystemError) -> [UInt8] {
    let descriptor = descriptor
    var bytes = question
    var length = socklen_t(clamping: bytes.count)
    try Kernel.call(
      "getsockopt", on: descriptor, about: subject(),
      SystemCallArgument.option(descriptor, level, number, Array(bytes.prefix(Int(length))))
    ) { _ in
      unsafe bytes.withUnsafeMutableBytes { buffer in
        unsafe Int(Glibc.getsockopt(descriptor, level.rawValue, number, buffer.baseAddress, &length))
      }
    }
    bytes.removeLast(max(0, bytes.count - Int(length)))
    return bytes
  }

  borrowing func setOption(
    level: OptionLevel, number: CInt, bytes: Span<UInt8>, about subject: @autoclosure () -> String
  ) throws(SystemError) {
    let descriptor = descriptor
    try Kernel.call(
      "setsockopt", on: descriptor, about: subject(),
      SystemCallArgument.option(descriptor, level, number, Array(bytes))
    ) { _ in
      unsafe bytes.withUnsafeBufferPointer { buffer in
        // An empty buffer still needs an address, which the kernel does not read.
        unsafe Int(
          Glibc.setsockopt(
            descriptor, level.rawValue, number, buffer.baseAddress, socklen_t(clamping: buffer.count)))
      }
    }
  }
}

extension [UInt8] {
  /// A copy of the bytes.
  @inline(never)
  fileprivate init(_ bytes: Span<UInt8>) { self = unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) } }
}
