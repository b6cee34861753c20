import Sockets

/// `sock recv --receive-fds`: run a command with the descriptors that peers pass over a Unix socket.
package struct DescriptorReceiveRequest: Sendable {
  /// The local endpoint.
  package var endpoint: Endpoint
  /// The transport, unless the endpoint names one.
  package var transport: Transport
  /// How data is transferred.
  package var options: ConnectionOptions
  /// `--count N`: end after this many connections or datagrams; nil for one connection, or any number of datagrams.
  package var count: Int?
  /// `--mode`: the permissions of a Unix socket file; nil to apply the umask.
  package var mode: UInt32?
  /// The command, for `/bin/sh -c`.
  package var command: [UInt8]

  /// A `sock recv` request with a command.
  package init(_ request: ListenRequest, command: [UInt8]) {
    endpoint = request.endpoint
    transport = request.transport
    options = request.options
    count = request.count
    mode = request.mode
    self.command = command
  }
}
