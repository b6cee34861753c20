import SocketLoop
import Sockets
import Transfer

extension ConnectionOptions {
  /// Checks a connection that was accepted among many, and whose record has begun.
  ///
  /// - Throws: if it does not fit the options; it is closed then, and the error is reported.
  @LoopActor
  func check(_ stream: any ByteStream, _ record: ConnectionRecord) throws(OperationError) {
    do throws(OperationError) {
      try checkStream(of: stream.connection, peer: record.peer)
    } catch {
      record.closed()
      record.fail(error)
      throw error
    }
  }

  /// The same, and sets it up.
  @LoopActor
  func prepare(_ stream: any ByteStream, _ record: ConnectionRecord) throws(OperationError) {
    try check(stream, record)
    guard let socket = stream.socketStream else { return }
    LoopbackCongestionControl.choose(for: socket.socket.socket, options: socketOptions, record: record)
    socket.mayResetByLinger = socketOptions.contains { $0.option.name == "SO_LINGER" }
  }
}
