import Sockets

/// `sock udp-send`: one datagram, and the answers to it.
package struct DatagramSendRequest: Sendable {
  /// Where to, or where.
  package var endpoint: Endpoint
  /// What flags chose.
  package var transport: Transport
  /// How data is carried.
  package var link: LinkOptions
  /// The bytes of the datagram.
  package var message: [UInt8]
  /// `--reply N`: wait for so many answers; 0 for none.
  package var replies = 0

  /// A request with the defaults for the rest.
  package init(endpoint: Endpoint, transport: Transport, link: LinkOptions, message: [UInt8]) {
    self.endpoint = endpoint
    self.transport = transport
    self.link = link
    self.message = message
  }
}
