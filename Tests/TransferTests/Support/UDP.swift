import SocketLoop
import Sockets

@testable import Transfer

/// A UDP socket on a loopback port.
@LoopActor
struct UDP {
  let socket: DatagramSocket
  let address: SocketAddress

  init(coalesces: Bool = false) throws {
    let opened = AsyncSocket(try Socket.open(.udp, family: .ipv4, mode: .nonBlocking))
    try opened.socket.bind(to: .ipv4(.loopback, port: 0))
    address = try opened.socket.localAddress()
    socket = DatagramSocket(opened, coalesces: coalesces)
  }

  func connect(to peer: SocketAddress) throws { _ = try socket.connection.socket.connect(to: peer) }

  func send(_ text: String, to peer: SocketAddress? = nil) async throws {
    let bytes = RawBuffer(copying: Array(text.utf8))
    defer { extendLifetime(bytes) }
    try await socket.send(bytes.copied, to: peer)
  }

  func receive() async throws -> String {
    String(decoding: try await socket.receive(until: .after(.seconds(30))).bytes, as: UTF8.self)
  }
}
