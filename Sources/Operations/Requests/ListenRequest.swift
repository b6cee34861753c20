import Sockets

/// `sock listen`, and `sock recv` on streams: wait for peers.
package struct ListenRequest: Sendable {
  /// The local endpoint.
  package var endpoint: Endpoint
  /// The transport, unless the endpoint names one.
  package var transport: Transport
  /// How data is transferred.
  package var options: ConnectionOptions
  /// What is done with the peers.
  package var choice = ListenChoice.transfer
  /// `--prefix`: say whose each line is.
  package var marksPeers = false
  /// Whether only this host can connect, although the endpoint names no host.
  package var isLocal = false
  /// `-k`: serve any number of peers until interrupted by a signal.
  package var keepOpen = false
  /// `--mode`: the permissions of a Unix socket file; nil to apply the umask.
  package var mode: UInt32?
  /// `--count N` of `recv`: end after this many connections.
  package var count: Int?
  /// `--peer-timeout`: with `-k`, how long until a silent datagram peer is forgotten, or until the connection of a
  /// stream peer is closed that has ended its half and is sent nothing.
  package var peerTimeout: Duration = .seconds(60)

  /// A request with defaults for the rest.
  package init(endpoint: Endpoint, transport: Transport, options: ConnectionOptions) {
    self.endpoint = endpoint
    self.transport = transport
    self.options = options
  }
}
