import Sockets

/// `sock listen`: wait for peers.
///
/// Also `sock recv`.
package struct ListenRequest: Sendable {
  /// Where to, or where.
  package var endpoint: Endpoint
  /// What flags chose.
  package var transport: Transport
  /// How data is carried.
  package var link: LinkOptions
  /// `-k`: serve many, until a signal ends the run.
  package var keepOpen = false
  /// `--mode`: the permission bits of a Unix socket's path; nil for what the umask leaves.
  package var mode: UInt32?
  /// `--count N` of `recv`: end after so many connections, or datagrams.
  package var count: Int?
  /// `--peer-timeout`: with `-k`, a datagram peer that is silent for so long is forgotten, and a stream peer that has
  /// ended and to which nothing was sent for so long is closed.
  package var peerTimeout: Duration = .seconds(60)

  /// A request with the defaults for the rest.
  package init(endpoint: Endpoint, transport: Transport, link: LinkOptions) {
    self.endpoint = endpoint
    self.transport = transport
    self.link = link
  }
}
