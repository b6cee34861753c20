import SocketLoop
import Sockets

extension AsyncSocket {
  /// Closes the connection with a reset, on transports that have one.
  ///
  /// The peer then knows that it has not received everything, and no port is left in TIME_WAIT.
  func abort() {
    try? socket.set(.linger, to: Duration.zero)
    close()
  }
}
