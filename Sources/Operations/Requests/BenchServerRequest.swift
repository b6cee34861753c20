import Sockets

/// `sock listen --bench`: serve `sock bench`.
package struct BenchServerRequest: Sendable {
  /// The endpoint to listen on.
  package var endpoint: Endpoint
  /// The transport, unless the endpoint names one.
  package var transport: Transport
  /// Socket options and the rest.
  package var options: ConnectionOptions
  /// `--mode`: the permissions of a Unix socket file; nil to apply the umask.
  package var mode: UInt32?

  /// A request.
  package init(endpoint: Endpoint, transport: Transport, options: ConnectionOptions, mode: UInt32?) {
    self.endpoint = endpoint
    self.transport = transport
    self.options = options
    self.mode = mode
  }
}
