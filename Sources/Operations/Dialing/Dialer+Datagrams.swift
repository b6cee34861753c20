import SocketLoop
import Sockets
import Transfer

extension Dialer {
  /// Opens a connection as a datagram socket. It is bound to a port first if answers may come from addresses other than
  /// the peer's.
  ///
  /// - Parameter coalesces: whether to request `UDP_GRO`, see ``DatagramSocket``.
  func datagramSocket(
    _ connection: AsyncSocket, to peer: SocketAddress, of endpoint: Endpoint, coalesces: Bool
  ) throws(OperationError) -> DatagramSocket {
    let isInherited = endpoint.isDescriptor
    let isMany = !isInherited && connection.socket.isAnsweredByMany(sendingTo: peer)
    let origin = options.packets.origin?.packetInfo(of: connection.socket.family)
    if isMany || origin != nil {
      do throws(SystemError) {
        // An unconnected socket gets its port with the first datagram, which would be too late to report it.
        let local = try connection.socket.localAddress()
        if local.port == 0 { try connection.socket.bind(to: local) }
      } catch {
        throw OperationError(error, while: .connecting)
      }
    }
    let socket = DatagramSocket(
      connection, peer: peer, coalesces: coalesces && !isInherited && reporter.controlSize == 0,
      controlSize: reporter.controlSize, isAnsweredByMany: isMany, source: origin)
    socket.ignoresRefusals = options.ignoresRefusals
    socket.didNotify = { [reporter] in reporter.notification($0, of: $1) }
    return socket
  }
}
