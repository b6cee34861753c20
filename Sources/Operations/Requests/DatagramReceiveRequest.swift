import Sockets

/// `sock udp-recv`: write datagrams from any peer to stdout.
package struct DatagramReceiveRequest: Sendable {
  /// The local endpoint.
  package var endpoint: Endpoint
  /// The transport, unless the endpoint names one.
  package var transport: Transport
  /// How data is transferred.
  package var options: ConnectionOptions
  /// `--count N`: end after this many datagrams; nil for no limit.
  package var count: Int?
  /// `--echo`: send each datagram back.
  package var echo = false
  /// `--mode`: the permissions of a Unix socket file; nil to apply the umask.
  package var mode: UInt32?

  /// A request with defaults for the rest.
  package init(endpoint: Endpoint, transport: Transport, options: ConnectionOptions) {
    self.endpoint = endpoint
    self.transport = transport
    self.options = options
  }
}
