import Sockets

/// `sock connect -z`: find out what is at an endpoint, or at several ports of one host.
package struct CheckRequest: Sendable {
  /// The endpoint. With ``services``, its own is not used.
  package var endpoint: Endpoint
  /// The ports to check, by number or name; empty for the endpoint's own.
  package var services: [String]
  /// The transport, unless the endpoint names one.
  package var transport: Transport
  /// How to connect.
  package var options: ConnectionOptions

  /// The check of a connection that is not to be used.
  package init(_ request: ConnectRequest, services: [String] = []) {
    endpoint = request.endpoint
    self.services = services
    transport = request.transport
    options = request.options
  }
}
