import SocketLoop
import Sockets
import Transfer

/// What every verb that carries data lets its user choose.
package struct LinkOptions: Sendable {
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
  /// `-w`: for each attempt to connect; nil for no limit.
  package var connectTimeout: Duration? = .seconds(10)
  /// `-i`: a connection without traffic for so long ends.
  package var idleTimeout: Duration?
  /// `--deadline`: of the whole run.
  package var deadline: Duration?
  /// `-q`: after our input has ended, at most so long for the peer; nil for the verb's default.
  package var wait: Duration?
  /// `-o NAME=VALUE`, in the order given.
  package var socketOptions: [SocketOptionAssignment] = []
  /// `--ttl`, `--tos`, `--interface`, `--broadcast`, `--from`, `--group`.
  package var packets = PacketOptions()
  /// `--sctp-stream`, `--sctp-ppid`, `--udplite-coverage`, `--dccp-service`.
  package var protocolSettings: [ProtocolSetting] = []
  /// `-s`: the local address to connect from; for Unix sockets a path or `@name`.
  package var sourceHost: String?
  /// `-p`: the local port to connect from, a number or a service.
  package var sourcePort: String?
  /// `--on-eof`: what to do when our input ends.
  package var onEOF = OnEOF.halfClose
  /// `--on-peer-eof`: what to do when the peer ends.
  package var onPeerEOF = OnPeerEOF.continue
  /// `--send-only`, `--recv-only`: which ways data flows.
  package var direction = Direction.both
  /// `--crlf`: a lone LF of our input is sent as CR LF.
  package var crlf = false
  /// `--datagram-size`: the most bytes that one read of input makes into a datagram; nil for what the socket takes.
  package var datagramSize: Int?
  /// `--frame`: how input is cut into datagrams.
  package var framing = Framing.read
  /// `--limit-rate`: bytes per second, of each connection and each direction; nil for no limit.
  package var sendRate: Int?
  /// `--limit-rate`: what is received.
  package var receiveRate: Int?
  /// `--skip N`: so much of our input is passed over.
  package var skip = 0
  /// `--bytes N`: our input ends after so much; nil for all of it.
  package var byteLimit: Int?
  /// `--checksum`: the sum of what goes each way; nil for none.
  package var checksum: DigestAlgorithm?
  /// `--resume`: what the receiver's file has already is not sent again.
  package var resumes = false
  /// `-x`: dump both directions to stderr.
  package var hexDump = false
  /// `--log FILE`: both directions as they are.
  package var log: String?
  /// `--log-hex FILE`: both directions as a hex dump.
  package var logHex: String?

  /// `-I`: opens the terminal that stands in the place of standard input; nil to read that as it is.
  package var console: (@LoopActor @Sendable () throws(OperationError) -> any Console)?

  /// The most payload that one UDP datagram over IPv4 can have.
  package static let largestDatagram = 65_507

  /// The defaults.
  package init() {}

  /// The only interface that sockets go by, as `--interface` or an option has it; nil for any.
  var interface: UInt32? { packets.interface ?? socketOptions.interface }
}

extension [SocketOptionAssignment] {
  /// The interface that `SO_BINDTODEVICE` or `SO_BINDTOIFINDEX` names; nil for none.
  var interface: UInt32? {
    let last = last { $0.option.name == "SO_BINDTODEVICE" || $0.option.name == "SO_BINDTOIFINDEX" }
    return last.flatMap { NetworkInterface.index(of: "\($0.value)") }
  }
}
