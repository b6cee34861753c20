import Glibc

extension Socket {
  /// Ends one half of a connection, or both.
  ///
  /// The descriptor stays open.
  ///
  /// Calls `shutdown(2)`. Ending the sending half lets the peer read everything that was sent, and then the end.
  ///
  /// - Throws: `ENOTCONN` where there is no connection (any more).
  public borrowing func shutdown(_ direction: ShutdownDirection) throws(SystemError) {
    let descriptor = descriptor
    try Kernel.call("shutdown", on: descriptor, [.descriptor(descriptor), .named(direction)]) { _ in
      Int(Glibc.shutdown(descriptor, direction.rawValue))
    }
  }

  /// Closes the socket.
  ///
  /// Calls `close(2)`, once: after EINTR Linux has closed it all the same. If data that arrived was not read, TCP
  /// answers with a reset, which can destroy what the peer has not read yet.
  public consuming func close() throws(SystemError) {
    let descriptor = descriptor
    discard self
    let (_, error) = Kernel.attempt("close", on: descriptor, interruption: .report, [.descriptor(descriptor)]) {
      _ in
      Int(Glibc.close(descriptor))
    }
    if let error, error != .interrupted { throw SystemError(call: "close", number: error) }
  }

  /// Gives the descriptor up to the caller, who closes it.
  public consuming func release() -> CInt {
    let descriptor = descriptor
    discard self
    return descriptor
  }
}
