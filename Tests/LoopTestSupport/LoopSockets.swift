import SocketLoop
import Sockets

/// Two connected sockets on the loop.
@LoopActor
public func connectedPair(_ type: SocketType = .stream) throws -> (AsyncSocket, AsyncSocket) {
  try Socket.pair(type, mode: .nonBlocking).take { first, second in (AsyncSocket(first), AsyncSocket(second)) }
}

/// A listening TCP socket on a loopback address with a free port.
@LoopActor
public func tcpListener(
  on address: SocketAddress = .ipv4(.loopback, port: 0), backlog: Int = 16
) throws -> (AsyncSocket, SocketAddress) {
  let listener = AsyncSocket(try Socket.open(.tcp, family: address.family, mode: .nonBlocking))
  try listener.socket.bind(to: address)
  try listener.socket.listen(backlog: backlog)
  return (listener, try listener.socket.localAddress())
}
