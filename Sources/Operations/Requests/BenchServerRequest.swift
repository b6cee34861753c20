import Sockets

/// `sock listen --bench`: serves those who measure, until it is ended.
package struct BenchServerRequest: Sendable {
  /// Where it listens.
  package var endpoint: Endpoint
  /// What carries the streams.
  package var transport: Transport
  /// Socket options and the rest.
  package var link: LinkOptions
  /// Permission bits of a Unix socket's path.
  package var mode: UInt32?

  /// A request.
  package init(endpoint: Endpoint, transport: Transport, link: LinkOptions, mode: UInt32?) {
    self.endpoint = endpoint
    self.transport = transport
    self.link = link
    self.mode = mode
  }
}
