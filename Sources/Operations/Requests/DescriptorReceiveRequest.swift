import Sockets

/// `sock recv --receive-fds`: a command with the descriptors that peers pass over a Unix socket.
package struct DescriptorReceiveRequest: Sendable {
  /// Where.
  package var endpoint: Endpoint
  /// What flags chose.
  package var transport: Transport
  /// How data is carried.
  package var link: LinkOptions
  /// `--count N`: end after so many connections, or datagrams; nil for one, or no end.
  package var count: Int?
  /// `--mode`: the permission bits of a Unix socket's path; nil for what the umask leaves.
  package var mode: UInt32?
  /// For `/bin/sh -c`.
  package var command: [UInt8]

  /// The same as another request, with a command.
  package init(_ request: ListenRequest, command: [UInt8]) {
    endpoint = request.endpoint
    transport = request.transport
    link = request.link
    count = request.count
    mode = request.mode
    self.command = command
  }
}
