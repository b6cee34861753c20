import Sockets

/// What `sock bench` is to measure, and against whom.
package struct BenchRequest: Sendable {
  /// The kind of work.
  package enum Work: String, CaseIterable, Sendable {
    /// Bytes to the peer, as fast as it takes them.
    case upload
    /// Bytes from the peer.
    case download
    /// Both at once, on the same connections.
    case both
    /// A message there and back, again and again: the times of the rounds.
    case latency
    /// Connections that are made and reset, one after the other on each stream.
    case connects
    /// Datagrams at a rate: what is lost, reordered, and how evenly they arrive.
    case datagrams
  }

  /// What answers at the other end.
  package enum Server: String, CaseIterable, Sendable {
    /// `sock listen --bench`.
    case bench
    /// Sends back what comes: RFC 862.
    case echo
    /// Takes what comes: RFC 863.
    case discard
    /// Sends without being asked: RFC 864.
    case chargen

    /// The kinds of work that such a server can do.
    package var works: [Work] {
      switch self {
      case .bench: Work.allCases
      case .echo: [.both, .latency, .connects]
      case .discard: [.upload, .connects]
      case .chargen: [.download, .connects]
      }
    }
  }

  /// Where the server is.
  package var endpoint: Endpoint
  /// What carries the streams.
  package var transport: Transport
  /// Timeouts, socket options and the rest.
  package var link: LinkOptions
  /// The kind of work.
  package var work = Work.upload
  /// Who is at the other end.
  package var server = Server.bench
  /// How many connections at the same time: 1 to ``mostStreams``.
  package var streams = 1
  /// How long: at least 100 ms, at most ``longest``.
  package var time: Duration = .seconds(10)
  /// So much on each stream is enough, bytes or rounds; nil for as much as the time allows.
  package var amount: Int?
  /// The bytes of a message or a datagram; of one write where streams are concerned.
  package var size: Int?
  /// Datagrams: bytes per second.
  package var rate = 1 << 20

  /// The most streams of one run.
  package static let mostStreams = 128
  /// The longest run.
  package static let longest: Duration = .seconds(3600)

  /// A request with the defaults.
  package init(endpoint: Endpoint, transport: Transport, link: LinkOptions) {
    self.endpoint = endpoint
    self.transport = transport
    self.link = link
  }

  /// ``size``, or what is usual for the work.
  package var messageSize: Int {
    switch work {
    case .latency: size ?? 1
    case .datagrams: size ?? 1400
    case .upload, .download, .both, .connects: size ?? 262_144
    }
  }
}
