import SocketLoop
import Sockets
import Transfer

/// The options common to all verbs that transfer data.
package struct ConnectionOptions: Sendable {
  /// `--on-eof`.
  package typealias OnEOF = RelayRules.OnEnd
  /// `--on-peer-eof`.
  package typealias OnPeerEOF = RelayRules.OnPeerEnd
  /// `--send-only`, `--recv-only`.
  package typealias Direction = Transfer.Direction
  /// `--frame`.
  package typealias Framing = MessageReader.Framing

  /// `-4`, `-6`; unspecified for both.
  package var family = AddressFamily.unspecified
  /// `-w`: the time limit of each connection attempt; nil for none.
  package var connectTimeout: Duration? = .seconds(10)
  /// `-i`: end a connection after this long without traffic.
  package var idleTimeout: Duration?
  /// `--deadline`: the time limit of the whole run.
  package var deadline: Duration?
  /// `-q`: how long to wait for the peer after stdin has ended; nil for the verb's default.
  package var wait: Duration?
  /// `-o NAME=VALUE`, in the order given.
  package var socketOptions: [SocketOptionAssignment] = []
  /// `--ttl`, `--tos`, `--interface`, `--broadcast`, `--from`, `--group`.
  package var packets = PacketOptions()
  /// `--sctp-stream`, `--sctp-ppid`, `--udplite-coverage`, `--dccp-service`.
  package var protocolSettings: [ProtocolSetting] = []
  /// `--backlog`: how many connections may wait to be accepted; nil for the usual number.
  package var backlog: Int?
  /// `-s`: the local address to connect from; for Unix sockets a path or `@name`.
  package var sourceHost: String?
  /// `-p`: the local port to connect from, a number or a service.
  package var sourcePort: String?
  /// `--on-eof`: what to do when stdin ends.
  package var onEOF = OnEOF.halfClose
  /// `--on-peer-eof`: what to do when the peer ends.
  package var onPeerEOF = OnPeerEOF.continue
  /// `--send-only`, `--recv-only`: the directions in which data flows.
  package var direction = Direction.both
  /// `--crlf`: send each lone LF of stdin as CR LF.
  package var crlf = false
  /// `--datagram-size`: the maximum size of datagrams made from stdin; nil for the maximum of the socket.
  package var datagramSize: Int?
  /// `--frame`: how stdin is split into datagrams.
  package var framing = Framing.read
  /// `--limit-rate`: bytes per second to send over each connection; nil for no limit.
  package var sendRate: Int?
  /// `--limit-rate`: bytes per second to receive over each connection; nil for no limit.
  package var receiveRate: Int?
  /// `--skip N`: how many bytes of stdin to skip.
  package var skip = 0
  /// `--bytes N`: how many bytes of stdin to send; nil for all of it.
  package var byteLimit: Int?
  /// `--bytes`, `--lines`, `--until`, `--quiet-for` of a receiver: where it stops.
  package var received = ReceiveLimits()
  /// `--line-delay`: how long to wait between two lines of stdin; nil for not at all.
  package var lineDelay: Duration?
  /// `--ignore-refused`: go on when a datagram is refused.
  package var ignoresRefusals = false
  /// `--checksum`: the algorithm for each direction; nil for none.
  package var checksum: DigestAlgorithm?
  /// `--resume`: continue after the bytes that the receiver already has.
  package var resumes = false
  /// `--exec`, `--shell-exec`: the program that is run for each peer, in place of our standard input and output.
  package var program: PeerProgram?
  /// `--pty`, `--exec-direct`: what the program has as its standard input and output.
  package var programManner = PeerProgram.Manner.pipes
  /// `-x`: dump both directions to stderr.
  package var hexDump = false
  /// `--log FILE`: write both directions to a file unchanged.
  package var log: String?
  /// `--log-hex FILE`: write both directions to a file as a hex dump.
  package var logHex: String?

  /// `--allow`, `--deny`: who may come in; nil for everybody.
  package var access: AccessList?
  /// `--max-conns` and the like: how many may come in.
  package var admission = AdmissionLimits()

  /// `--grace`, `--pidfile` and the like: how a server behaves towards the system.
  package var service = ServiceSettings()
  /// `--proxy-protocol`; nil for none.
  package var proxyProtocol: ProxyProtocolSettings?
  /// `--handshake-timeout`: how long a header of the PROXY protocol may take; nil for no limit.
  package var handshakeTimeout: Duration? = .seconds(10)

  /// `netns` of one side: the network namespace of its sockets; nil for that of the process.
  package var namespace: NetworkNamespace?
  /// `--as-client`: connect from the address of the client that a connection is opened for.
  package var isAsClient = false

  /// TLS, with its settings; nil if the endpoint does not ask for it.
  package var tls: TLSLayer?

  /// `-I`: opens the terminal for line editing; nil to read stdin as it is.
  package var console: (@LoopActor @Sendable () throws(OperationError) -> any Console)?

  /// The largest payload of a UDP datagram over IPv4.
  package static let largestDatagram = 65_507
  /// The largest payload of a datagram of DTLS.
  package static let largestRecord = DTLSRecord.mostBytes

  /// The default options.
  package init() {}

  /// The interface that sockets are bound to, by `--interface` or a socket option; nil for none.
  var interface: UInt32? { packets.interface ?? socketOptions.interface }
}

extension [SocketOptionAssignment] {
  /// The interface of the last `SO_BINDTODEVICE` or `SO_BINDTOIFINDEX`; nil for none.
  var interface: UInt32? {
    let last = last { $0.option.name == "SO_BINDTODEVICE" || $0.option.name == "SO_BINDTOIFINDEX" }
    return last.flatMap { NetworkInterface.index(of: "\($0.value)") }
  }
}

extension ConnectionOptions {
  /// How much silence ends a connection: as idle, or as finished.
  var silenceLimit: Duration? {
    guard let idleTimeout, let quiet = received.quiet else { return idleTimeout ?? received.quiet }
    return min(idleTimeout, quiet)
  }

  /// Whether silence is the end that was asked for.
  var endsByQuiet: Bool { received.quiet.map { $0 <= idleTimeout ?? $0 } ?? false }

  /// The error for the ending of a session; nil on success, which includes the silence that was asked for.
  ///
  /// - Parameter failure: what a layer of the connection found wrong, which explains its errno.
  func error(of ending: SessionEnding, peer: Peer, failure: StreamFailure? = nil) -> OperationError? {
    if case .idle = ending, endsByQuiet { return nil }
    return OperationError.of(ending, peer: peer, idle: idleTimeout, failure: failure)
  }

  /// Checks the stream that the user chose against the number of streams that both ends agreed on.
  ///
  /// - Throws: if it is out of range; the connection is closed then.
  @LoopActor
  func checkStream(of connection: AsyncSocket?, peer: Peer) throws(OperationError) {
    guard let connection else { return }
    for case .messageStream(let stream) in protocolSettings {
      guard let count = connection.socket.outgoingStreamCount(), stream >= count else { continue }
      connection.close()
      throw OperationError(
        .usage,
        "stream \(stream) is out of range: the association with \(peer) has \(count) streams to it, 0 to \(count - 1)")
    }
  }
}

/// Options of IP packets: header fields, the interface, multicast groups.
package struct PacketOptions: Sendable, Equatable {
  /// `--ttl`: the hop limit, unicast and multicast; nil for the kernel's default.
  package var hopLimit: Int?
  /// `--tos`: the byte of DSCP and ECN; nil for the kernel's default.
  package var trafficClass: Int?
  /// `--interface`: the index of the interface that the socket is bound to; nil for none.
  package var interface: UInt32?
  /// `--broadcast`: allow datagrams to broadcast addresses.
  package var broadcast = false
  /// `--from`: the source address and interface of each datagram; nil leaves both to the kernel.
  package var origin: PacketOrigin?
  /// `--transparent`: take connections to addresses of other hosts, and connect from them.
  package var isTransparent = false
  /// `--group`: the multicast groups to join.
  package var groups: [GroupMembership] = []

  /// The defaults of the kernel.
  package init() {}
}

extension PacketOptions {
  /// Sets everything but the groups and the source address on an IPv4 or IPv6 socket.
  func apply(to socket: borrowing Socket, isDatagram: Bool) throws(SystemError) {
    let family = socket.family
    if let interface { try socket.set(.boundInterface, to: Int(interface)) }
    if isTransparent { try socket.set(.transparent(family), to: true) }
    if let hopLimit {
      try socket.set(.hopLimit(family), to: hopLimit)
      if isDatagram { try socket.set(.multicastHopLimit(family), to: hopLimit) }
    }
    if let trafficClass { try socket.set(.trafficClass(family), to: trafficClass) }
    if broadcast, isDatagram { try socket.set(.broadcast, to: true) }
    if !groups.isEmpty {
      // Several processes may receive a group on the same port; each gets every datagram.
      try socket.set(.reuseAddress, to: true)
      // Receive no groups that only other sockets of this host have joined. IPv6 has the option since Linux 4.20.
      try? socket.set(.receiveAllGroups(family), to: false)
    }
  }

  /// Joins the groups of the socket's family.
  func join(_ socket: borrowing Socket) throws(OperationError) {
    let family = socket.family
    for membership in groups where membership.group.family == family {
      do throws(SystemError) {
        try socket.join(membership)
      } catch {
        throw OperationError(joining: membership, error)
      }
    }
  }
}
