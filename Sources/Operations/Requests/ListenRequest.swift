import Sockets

/// `sock listen`, and `sock recv` on streams: wait for peers.
package struct ListenRequest: Sendable {
  /// The local endpoint.
  package var endpoint: Endpoint
  /// The transport, unless the endpoint names one.
  package var transport: Transport
  /// How data is transferred.
  package var options: ConnectionOptions
  /// `-k`: serve any number of peers, until a signal ends the run.
  package var keepOpen = false
  /// `--mode`: the permissions of a Unix socket's path; nil for what the umask leaves.
  package var mode: UInt32?
  /// `--count N` of `recv`: end after so many connections.
  package var count: Int?
  /// `--peer-timeout`: with `-k`, how long until a silent datagram peer is forgotten, and until a stream peer that has ended
  /// its half, and is sent nothing, is closed.
  package var peerTimeout: Duration = .seconds(60)

  /// A request with defaults for the rest.
  package init(endpoint: Endpoint, transport: Transport, options: ConnectionOptions) {
    self.endpoint = endpoint
    self.transport = transport
    self.options = options
  }
}
