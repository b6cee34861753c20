import SocketLoop
import Sockets

extension AsyncSocket {
  /// Closes a connection over which not all went that was to go: with a reset, where the transport has one, so that the peer
  /// does not take what it has, which may be nothing, for all.
  func breakOff() {
    try? socket.set(.linger, to: Duration.zero)
    close()
  }
}
