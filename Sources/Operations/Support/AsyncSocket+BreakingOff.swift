import SocketLoop
import Sockets

extension AsyncSocket {
  /// Closes a connection with a reset, where the transport has one: so the peer does not take what it has, which may be
  /// nothing, for all that was to go; and no port is left in TIME_WAIT.
  func breakOff() {
    try? socket.set(.linger, to: Duration.zero)
    close()
  }
}
