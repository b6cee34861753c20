import Sockets

/// The other end of a connection, as it appears in reports and errors.
package enum Peer: Hashable, Sendable {
  /// The address that the socket is connected to, or that a datagram came from.
  case address(SocketAddress)
  /// A host reached through a proxy, which resolves the name: its address is not known here.
  case name(String, port: UInt16)
  /// Something other than a socket: a program, a file, a terminal.
  case named(String)
}

extension Peer {
  /// The peer's own address; nil if only its name is known.
  package var address: SocketAddress? {
    if case .address(let address) = self { return address }
    return nil
  }

  /// Whether the peer is this host.
  var isLoopback: Bool { address?.isLoopback ?? false }
}

extension Peer: CustomStringConvertible {
  /// `127.0.0.1:80`, `unix:/path`; `example.org:80` for a name.
  package var description: String {
    switch self {
    case .address(let address): address.description
    case .name(let name, let port): "\(name):\(port)"
    case .named(let name): name
    }
  }
}
