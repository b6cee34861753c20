import Sockets

/// `sock bench`: what to measure, and against which server.
package struct BenchRequest: Sendable {
  /// The kind of work.
  package enum Work: String, CaseIterable, Sendable {
    /// Send to the peer, as fast as it takes the data.
    case upload
    /// Receive from the peer.
    case download
    /// Send and receive at the same time, over the same connections.
    case both
    /// Send a message, wait for its echo, and repeat: round-trip times.
    case latency
    /// Open connections and reset them, one after the other on each stream.
    case connects
    /// Send datagrams at a given rate: loss, reordering, jitter.
    case datagrams
  }

  /// The kind of server.
  package enum Server: String, CaseIterable, Sendable {
    /// `sock listen --bench`.
    case bench
    /// Sends back what it receives: RFC 862.
    case echo
    /// Discards what it receives: RFC 863.
    case discard
    /// Sends characters continuously: RFC 864.
    case chargen

    /// The kinds of work that the server can do.
    package var works: [Work] {
      switch self {
      case .bench: Work.allCases
      case .echo: [.both, .latency, .connects]
      case .discard: [.upload, .connects]
      case .chargen: [.download, .connects]
      }
    }
  }

  /// The server's endpoint.
  package var endpoint: Endpoint
  /// The transport, unless the endpoint names one.
  package var transport: Transport
  /// Timeouts, socket options and the rest.
  package var options: ConnectionOptions
  /// The kind of work.
  package var work = Work.upload
  /// The kind of server.
  package var server = Server.bench
  /// The number of simultaneous connections: 1 to ``mostStreams``.
  package var streams = 1
  /// The duration: at least 100 ms, at most ``longest``.
  package var time: Duration = .seconds(10)
  /// The number of bytes or rounds per stream after which to stop; nil for as many as the time allows.
  package var amount: Int?
  /// The size of a message, a datagram, or a write to a stream; nil for the default.
  package var size: Int?
  /// The rate of datagrams in bytes per second.
  package var rate = 1 << 20

  /// The maximum number of streams.
  package static let mostStreams = 128
  /// The maximum duration of a run.
  package static let longest: Duration = .seconds(3600)

  /// A request with the defaults.
  package init(endpoint: Endpoint, transport: Transport, options: ConnectionOptions) {
    self.endpoint = endpoint
    self.transport = transport
    self.options = options
  }

  /// ``size``, or the default of the work.
  package var messageSize: Int {
    switch work {
    case .latency: size ?? 1
    case .datagrams: size ?? 1400
    case .upload, .download, .both, .connects: size ?? 262_144
    }
  }
}
