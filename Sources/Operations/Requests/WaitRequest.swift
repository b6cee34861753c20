import Sockets

/// `sock wait`: wait until every endpoint answers, or until none does.
package struct WaitRequest: Sendable {
  /// What to wait for.
  package var endpoints: [Endpoint]
  /// The transport of endpoints that do not name one.
  package var transport: Transport
  /// How to connect.
  package var options: ConnectionOptions
  /// `--for`: how long to wait; nil for as long as it takes.
  package var limit: Duration?
  /// `--closed`: wait until nothing answers.
  package var untilClosed = false

  /// A request with defaults for the rest.
  package init(endpoints: [Endpoint], transport: Transport, options: ConnectionOptions) {
    self.endpoints = endpoints
    self.transport = transport
    self.options = options
  }
}
