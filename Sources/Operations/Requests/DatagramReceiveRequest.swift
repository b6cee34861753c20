import Sockets

/// `sock udp-recv`: datagrams from anyone to stdout.
package struct DatagramReceiveRequest: Sendable {
  /// Where to, or where.
  package var endpoint: Endpoint
  /// What flags chose.
  package var transport: Transport
  /// How data is carried.
  package var link: LinkOptions
  /// `--count N`: end after so many; nil for no end.
  package var count: Int?
  /// `--echo`: send each one back.
  package var echo = false
  /// `--mode`: the permission bits of a Unix socket's path; nil for what the umask leaves.
  package var mode: UInt32?

  /// A request with the defaults for the rest.
  package init(endpoint: Endpoint, transport: Transport, link: LinkOptions) {
    self.endpoint = endpoint
    self.transport = transport
    self.link = link
  }
}
