import Sockets

/// `sock udp-send`: send one datagram, and wait for answers.
package struct DatagramSendRequest: Sendable {
  /// The peer's endpoint.
  package var endpoint: Endpoint
  /// The transport, unless the endpoint names one.
  package var transport: Transport
  /// How data is transferred.
  package var options: ConnectionOptions
  /// The payload of the datagram; nil to take all of stdin.
  package var message: [UInt8]?
  /// `--reply N`: how many answers to wait for.
  package var replies = 0

  /// A request with defaults for the rest.
  package init(endpoint: Endpoint, transport: Transport, options: ConnectionOptions, message: [UInt8]?) {
    self.endpoint = endpoint
    self.transport = transport
    self.options = options
    self.message = message
  }
}
