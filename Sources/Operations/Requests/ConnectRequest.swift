import Sockets

/// `sock connect`: go to a peer, stdin to it, what it sends to stdout.
///
/// Also `sock send` on a stream.
package struct ConnectRequest: Sendable {
  /// Where to, or where.
  package var endpoint: Endpoint
  /// What flags chose; the endpoint's own transport goes before it.
  package var transport: Transport
  /// How data is carried.
  package var link: LinkOptions
  /// `-z`: connect, report, end.
  package var probe = false
  /// Sent in the place of stdin: `sock send HOST PORT MESSAGE`.
  package var message: [UInt8]?
  /// `sock send`: without a message and without an input there is nothing to do.
  package var needsInput = false
  /// `--pass-fd`: go with the first byte of the message, over a Unix socket. They stay open here.
  package var passedDescriptors: [CInt] = []
  /// `--pass-credentials`: who the message says that it comes from, over a Unix socket; nil for what the kernel says.
  package var claimedCredentials: Credentials?

  /// A request with the defaults for the rest.
  package init(endpoint: Endpoint, transport: Transport, link: LinkOptions) {
    self.endpoint = endpoint
    self.transport = transport
    self.link = link
  }
}
