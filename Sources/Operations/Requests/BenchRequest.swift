import Sockets

/// `sock bench`: what to measure, and against which server.
package struct BenchRequest: Sendable {
  /// The kind of work.
  package enum Work: String, CaseIterable, Sendable {
    /// Bytes to the peer, as fast as it takes them.
    case upload
    /// Bytes from the peer.
    case download
    /// Both at once, over the same connections.
    case both
    /// A message there and back, over and over: round-trip times.
    case latency
    /// Connections made and reset, one after the other on each stream.
    case connects
    /// Datagrams at a rate: loss, reordering, jitter.
    case datagrams
  }

  /// The kind of server.
  package enum Server: String, CaseIterable, Sendable {
    /// `sock listen --bench`.
    case bench
    /// Sends back what it receives: RFC 862.
    case echo
    /// Throws away what it receives: RFC 863.
    case discard
    /// Sends characters all the time: RFC 864.
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
  /// The number of connections at the same time: 1 to ``mostStreams``.
  package var streams = 1
  /// The duration: at least 100 ms, at most ``longest``.
  package var time: Duration = .seconds(10)
  /// Bytes or rounds per stream after which to end; nil for as much as the time allows.
  package var amount: Int?
  /// The size of a message, a datagram, or a write to a stream; nil for the default.
  package var size: Int?
  /// The rate of datagrams in bytes per second.
  package var rate = 1 << 20

  /// The most streams of a run.
  package static let mostStreams = 128
  /// The longest run.
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
