import Sockets

/// Whose connections `--max-per-host` counts together: those of an address, or of a user over Unix sockets.
enum PeerHost: Hashable {
  case address(IPAddress)
  case user(UInt32)
  case other(String)

  init(_ address: SocketAddress, over socket: borrowing Socket) {
    if let host = IPAddress(address)?.withoutMapping {
      self = .address(host)
    } else if socket.passesDescriptors, let credentials = try? socket.get(.peerCredentials) {
      self = .user(credentials.userID)
    } else {
      self = .other(address.host)
    }
  }
}
