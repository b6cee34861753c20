import Sockets

/// `sock connect`, and `sock send` on streams: connect to a peer, send it stdin, and write what it sends to stdout.
package struct ConnectRequest: Sendable {
  /// The peer's endpoint.
  package var endpoint: Endpoint
  /// The transport, unless the endpoint names one.
  package var transport: Transport
  /// How data is transferred.
  package var options: ConnectionOptions
  /// `-z`: only find out whether something answers. See ``CheckRequest``.
  package var probe = false
  /// `--retry`: whether to try again if nothing answers.
  package var retry = RetryPolicy()
  /// Sent instead of stdin: `sock send HOST PORT MESSAGE`.
  package var message: [UInt8]?
  /// `sock send`: a closed stdin is an error unless there is a message.
  package var needsInput = false
  /// `--pass-fd`: descriptors passed with the first byte of the message, over a Unix socket. They stay open here.
  package var passedDescriptors: [CInt] = []
  /// `--pass-credentials`: the credentials to send with the message, over a Unix socket; nil to let the kernel fill
  /// them in.
  package var claimedCredentials: Credentials?

  /// A request with defaults for the rest.
  package init(endpoint: Endpoint, transport: Transport, options: ConnectionOptions) {
    self.endpoint = endpoint
    self.transport = transport
    self.options = options
  }
}
