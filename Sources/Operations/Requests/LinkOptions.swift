import Sockets

/// What every verb that carries data lets its user choose.
public struct LinkOptions: Sendable {
  /// What to do when our input ends.
  public enum OnEOF: String, Sendable, CaseIterable {
    /// Send the rest, then shut the sending half down (FIN), and go on receiving.
    case halfClose = "half-close"
    /// Send the rest, and leave the sending half open.
    case keep
    /// Send the rest, and end.
    case close
  }

  /// What to do when the peer ends.
  public enum OnPeerEOF: String, Sendable, CaseIterable {
    /// Go on sending until our input ends: a peer that half-closed still gets all of it.
    case `continue`
    /// End at once.
    case exit
  }

  /// Which ways data flows.
  public enum Direction: Sendable {
    case both
    /// What the peer sends is discarded; the verb ends once the peer has acknowledged everything.
    case sendOnly
    /// Our input is never read.
    case receiveOnly
  }

  /// How input is cut into datagrams.
  public enum Framing: String, Sendable, CaseIterable {
    /// One read is one datagram.
    case read
    /// One line is one datagram, its newline included.
    case line
  }

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
  /// `-s`: the local address to connect from; for Unix sockets a path or `@name`.
  public var sourceHost: String?
  /// `-p`: the local port to connect from, a number or a service.
  public var sourcePort: String?
  public var onEOF = OnEOF.halfClose
  public var onPeerEOF = OnPeerEOF.continue
  public var direction = Direction.both
  /// `--crlf`: a lone LF of our input is sent as CR LF.
  public var crlf = false
  /// `--datagram-size`: the most bytes that one read of input makes into a datagram.
  public var datagramSize = LinkOptions.largestDatagram
  public var framing = Framing.read
  /// `-x`: dump both directions to stderr.
  public var hexDump = false
  /// `--log FILE`: both directions as they are.
  public var log: String?
  /// `--log-hex FILE`: both directions as a hex dump.
  public var logHex: String?

  /// The most payload that one UDP datagram over IPv4 can have.
  public static let largestDatagram = 65_507

  public init() {}
}
