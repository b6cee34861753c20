import SocketLoop
import Sockets
import Transfer

/// An end of a relay that has been opened for one connection.
@LoopActor
package struct OpenEnd {
  /// Its streams.
  var side: Relay.Side
  /// What it is, in events and errors.
  var peer: Peer
  /// Whether it is standard input and output.
  var isStandard = false
  /// The program behind it, if there is one.
  var process: ProcessStream?
  /// Called when the connection is over.
  var closed: () -> Void = {}

  /// The event that reports it.
  var event: Event.Kind

  /// A connection, or another stream that is used in both directions.
  init(_ stream: any ByteStream, _ peer: Peer, _ event: Event.Kind = .opened) {
    side = Relay.Side(stream)
    self.peer = peer
    self.event = event
  }

  /// Separate streams to read from and to write to.
  ///
  /// A side that is only written to has no input, rather than one that ends at once: its peer must not get the end before
  /// everything has been written.
  init(_ side: Relay.Side, _ peer: Peer) {
    self.side = side
    self.peer = peer
    event = .opened
  }

  /// What events report about it.
  var facts: StreamFacts { side.output.facts }
  /// What its encryption came to, if it is encrypted.
  var security: TLSFacts? { side.output.security }
  /// The socket below it, if there is one.
  var socket: SocketStream? { side.output.socketStream }

  /// Closes it because the other side could not be opened: a socket is reset.
  func abandon() async {
    _ = await side.output.close(.abort, afterEnd: false)
    if let input = side.input, !(input === side.output) { _ = await input.close(.abort, afterEnd: false) }
    closed()
  }
}

/// What a run provides to each of its ends.
@LoopActor
package struct EndContext {
  let reporter: EventReporter
  let streams: StandardStreams
  /// Who may come in, on whichever side peers come to.
  var access: AccessList?
  /// How the relay behaves as a service.
  var service = ServiceSettings()
  /// Where the left side listens, once it does.
  let own = OwnAddresses()
  /// How long a peer over datagrams may be silent before it counts as gone; nil for no limit.
  var peerTimeout: Duration?
  /// What a relay as a whole says of headers of the PROXY protocol, for sockets that no endpoint names.
  var proxyProtocol: (settings: ProxyProtocolSettings, limit: Duration?)?
  /// Whether an end that is not there yet is waited for, by `--retry`.
  var waits = false
}

/// The other side of a connection, as an end that is opened for it sees it.
@LoopActor
package struct EndPartner {
  let peer: Peer
  private let stream: (any ByteStream)?
  /// What is known of the sender of a datagram, which has no stream.
  private let senderFacts: StreamFacts?

  init(_ end: OpenEnd) { (peer, stream, senderFacts) = (end.peer, end.side.output, nil) }

  /// The sender of a datagram.
  init(_ peer: Peer, _ facts: StreamFacts) { (self.peer, stream, senderFacts) = (peer, nil, facts) }

  /// What events report about it. Asked of the kernel only now, since most ends do without.
  var facts: StreamFacts { senderFacts ?? stream?.facts ?? StreamFacts() }
  /// The socket below it, if there is one.
  var connection: AsyncSocket? { stream?.socketStream?.socket }
  /// What its encryption came to, if it is encrypted.
  var security: TLSFacts? { stream?.security }

  /// Whether its connection is over, so that there is no use in opening anything for it.
  var hasGone: Bool {
    guard let connection else { return false }
    let events = EpollEvents([.hangUp, .error])
    return (try? Descriptor(connection.socket.descriptor).isReady(events)) == true
  }
}
