import Glibc

// Signals about a socket, and the flags of its descriptor.
extension Socket {
  /// The process that gets SIGURG and SIGIO about the socket; negative for a process group, 0 for none.
  ///
  /// Calls `fcntl(2)` with `F_GETOWN`.
  public borrowing func signalOwner() throws(SystemError) -> CInt {
    // The owner may be a group: its number is negative, and -1 would be taken for a failure. No group has the number 1
    // but that of init.
    try Kernel.control(descriptor, F_GETOWN, "F_GETOWN")
  }

  /// Chooses who gets SIGURG when urgent data arrives, and SIGIO when the socket becomes ready (``setAsynchronous(_:)``).
  ///
  /// Calls `fcntl(2)` with `F_SETOWN`.
  ///
  /// - Parameter process: its number; negative for a process group, 0 for nobody.
  /// - Throws: `ESRCH` if there is none, `EPERM` if it belongs to somebody else.
  public borrowing func setSignalOwner(_ process: CInt) throws(SystemError) {
    try control(F_SETOWN, "F_SETOWN", process)
  }

  /// The signal that is sent in place of SIGIO; 0 for SIGIO itself.
  ///
  /// Calls `fcntl(2)` with `F_GETSIG`.
  public borrowing func readinessSignal() throws(SystemError) -> CInt {
    try Kernel.control(descriptor, Self.getSignal, "F_GETSIG")
  }

  /// Chooses the signal that is sent in place of SIGIO.
  ///
  /// Calls `fcntl(2)` with `F_SETSIG`.
  public borrowing func setReadinessSignal(_ signal: CInt) throws(SystemError) {
    try control(Self.setSignal, "F_SETSIG", signal)
  }

  /// Whether the owner gets SIGIO when the socket becomes ready: `O_ASYNC`.
  ///
  /// Calls `fcntl(2)` with `F_GETFL`.
  public borrowing func isAsynchronous() throws(SystemError) -> Bool {
    try Kernel.control(descriptor, F_GETFL, "F_GETFL") & O_ASYNC != 0
  }

  /// Turns SIGIO on or off.
  ///
  /// Calls `ioctl(2)` with `FIOASYNC`.
  public borrowing func setAsynchronous(_ isOn: Bool) throws(SystemError) {
    try request(UInt(FIOASYNC), "FIOASYNC", isOn ? 1 : 0)
  }

  /// Changes the blocking mode in one call, which leaves the other flags of the file alone.
  ///
  /// Calls `ioctl(2)` with `FIONBIO`.
  public borrowing func setNonBlocking(_ isOn: Bool) throws(SystemError) {
    try request(UInt(FIONBIO), "FIONBIO", isOn ? 1 : 0)
  }

  /// Whether the descriptor is closed when the process runs another program.
  ///
  /// Calls `fcntl(2)` with `F_GETFD`.
  public borrowing func closesOnExecute() throws(SystemError) -> Bool {
    try Kernel.control(descriptor, F_GETFD, "F_GETFD") & FD_CLOEXEC != 0
  }

  /// Lets other programs inherit the descriptor, or not.
  ///
  /// Calls `fcntl(2)` with `F_SETFD`.
  public borrowing func setClosesOnExecute(_ isOn: Bool) throws(SystemError) {
    try control(F_SETFD, "F_SETFD", isOn ? FD_CLOEXEC : 0)
  }

  private borrowing func control(_ command: CInt, _ name: StaticString, _ value: CInt) throws(SystemError) {
    let descriptor = descriptor
    try Kernel.call(
      "fcntl", on: descriptor, about: "\(name)",
      [.descriptor(descriptor), .constant(command, "\(name)"), .integer(Int(value))]
    ) { _ in
      Int(Glibc.fcntl(descriptor, command, value))
    }
  }

  private borrowing func request(_ request: UInt, _ name: String, _ value: CInt) throws(SystemError) {
    let descriptor = descriptor
    var value = value
    try Kernel.call(
      "ioctl", on: descriptor, about: name,
      [.descriptor(descriptor), .constant(Int(request), name: name), .list([.integer(Int(value))])]
    ) { _ in
      unsafe Int(Glibc.ioctl(descriptor, request, &value))
    }
  }

  // GNU, and so not in Swift's Glibc.
  private static var setSignal: CInt { 10 }
  private static var getSignal: CInt { 11 }
}
