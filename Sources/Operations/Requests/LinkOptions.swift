import SocketLoop
import Sockets
import Transfer

/// What every verb that carries data lets its user choose.
public struct LinkOptions: Sendable {
  /// `--on-eof`.
  public typealias OnEOF = StreamRules.OnEOF
  /// `--on-peer-eof`.
  public typealias OnPeerEOF = StreamRules.OnPeerEOF
  /// `--send-only`, `--recv-only`.
  public typealias Direction = StreamRules.Direction
  /// `--frame`.
  public typealias Framing = MessageReader.Framing

  /// `-4`, `-6`; unspecified for both.
  public var family = AddressFamily.unspecified
  /// `-w`: for each attempt to connect; nil for no limit.
  public var connectTimeout: Duration? = .seconds(10)
  /// `-i`: a connection without traffic for so long ends.
  public var idleTimeout: Duration?
  /// `--deadline`: of the whole run.
  public var deadline: Duration?
  /// `-q`: after our input has ended, at most so long for the peer; nil for the verb's default.
  public var wait: Duration?
  /// `-o NAME=VALUE`, in the order given.
  public var socketOptions: [SocketOptionAssignment] = []
  /// `--ttl`, `--tos`, `--interface`, `--broadcast`, `--from`, `--group`.
  public var packets = PacketOptions()
  /// `--sctp-stream`, `--sctp-ppid`, `--udplite-coverage`, `--dccp-service`.
  public var protocolSettings: [ProtocolSetting] = []
  /// `-s`: the local address to connect from; for Unix sockets a path or `@name`.
  public var sourceHost: String?
  /// `-p`: the local port to connect from, a number or a service.
  public var sourcePort: String?
  /// `--on-eof`: what to do when our input ends.
  public var onEOF = OnEOF.halfClose
  /// `--on-peer-eof`: what to do when the peer ends.
  public var onPeerEOF = OnPeerEOF.continue
  /// `--send-only`, `--recv-only`: which ways data flows.
  public var direction = Direction.both
  /// `--crlf`: a lone LF of our input is sent as CR LF.
  public var crlf = false
  /// `--datagram-size`: the most bytes that one read of input makes into a datagram; nil for what the socket takes.
  public var datagramSize: Int?
  /// `--frame`: how input is cut into datagrams.
  public var framing = Framing.read
  /// `--limit-rate`: bytes per second, of each connection and each direction; nil for no limit.
  public var sendRate: Int?
  /// `--limit-rate`: what is received.
  public var receiveRate: Int?
  /// `--skip N`: so much of our input is passed over.
  public var skip = 0
  /// `--bytes N`: our input ends after so much; nil for all of it.
  public var byteLimit: Int?
  /// `--checksum`: the sum of what goes each way; nil for none.
  public var checksum: DigestAlgorithm?
  /// `--resume`: what the receiver's file has already is not sent again.
  public var resumes = false
  /// `-x`: dump both directions to stderr.
  public var hexDump = false
  /// `--log FILE`: both directions as they are.
  public var log: String?
  /// `--log-hex FILE`: both directions as a hex dump.
  public var logHex: String?

  /// `-I`: opens the terminal that stands in the place of standard input; nil to read that as it is.
  public var console: (@LoopActor @Sendable () throws(OperationError) -> any Console)?

  /// The most payload that one UDP datagram over IPv4 can have.
  public static let largestDatagram = 65_507

  /// The defaults.
  public init() {}

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
