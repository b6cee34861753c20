import Glibc

extension Socket {
  /// Shuts down one half of a connection, or both.
  ///
  /// The descriptor stays open.
  ///
  /// Calls `shutdown(2)`. After the sending half is shut down, the peer reads everything that was sent, then end of
  /// file.
  ///
  /// - Throws: `ENOTCONN` if the socket is not connected, or no longer connected.
  public borrowing func shutdown(_ direction: ShutdownDirection) throws(SystemError) {
    let descriptor = descriptor
    try Kernel.call("shutdown", on: descriptor, [.descriptor(descriptor), .named(direction)]) { _ in
      Int(Glibc.shutdown(descriptor, direction.rawValue))
    }
  }

  /// Closes the socket.
  ///
  /// Calls `close(2)` once: on EINTR, Linux has closed it already. If received data was not read, TCP sends a reset,
  /// which may destroy data that the peer has not read yet.
  public consuming func close() throws(SystemError) {
    let descriptor = descriptor
    discard self
    let (_, error) = Kernel.attempt("close", on: descriptor, interruption: .report, [.descriptor(descriptor)]) {
      _ in
      Int(Glibc.close(descriptor))
    }
    if let error, error != .interrupted { throw SystemError(call: "close", number: error) }
  }

  /// Transfers the descriptor to the caller, who must close it.
  public consuming func release() -> CInt {
    let descriptor = descriptor
    discard self
    return descriptor
  }
}
