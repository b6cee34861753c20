import Glibc
import Sockets

/// Something that happened to a socket, as `-v` and `--json` report it.
package struct Event: Sendable {
  /// What happened; the raw value is its name in JSON.
  package enum Kind: String, Sendable, CaseIterable {
    case listening, resolved, attempt, connected, accepted, received, closed, error
    case peerEOF = "peer-eof"
    /// A socket option was set: what was asked, what the kernel made of it.
    case option
    /// Something that a person should know and that is no failure: a datagram was cut, a slow peer was dropped.
    case warning
    /// The kernel tells of a change of an association (SCTP).
    case notification
    /// How far the connections have come.
    case progress
    /// The sum of what a connection carried one way.
    case checksum
    /// What a resumed transfer has already is summed up, which may take long: nobody is waited for yet.
    case summing
    /// The command of `--receive-fds` has ended.
    case command
    /// Both sides have agreed where the transfer goes on.
    case resumed
  }

  /// What happened.
  package var kind: Kind
  /// When: nanoseconds since 1970, UTC.
  package var time: Int64
  /// Which connection, counted from 1.
  package var connection: Int?
  /// What carries the data.
  package var transport: Transport?
  /// Our address.
  package var local: SocketAddress?
  /// Who is at the other end.
  package var peer: Peer?
  /// How many bytes were sent.
  package var sent: UInt64?
  /// How many bytes were received.
  package var received: UInt64?
  /// What the kernel tells of a received datagram; of a Unix connection the credentials of the peer.
  package var facts: DatagramFacts?
  /// How far the connections have come.
  package var progress: ProgressReport?
  /// The sum of the bytes that were sent, or else received.
  package var checksum: Checksum?
  /// How long the connection lasted.
  package var seconds: Double?
  /// What a command ended with.
  package var status: CInt?
  /// The `errno` of a failure.
  package var errorNumber: ErrorNumber?
  /// What happened, in words.
  package var message: String?
  /// What would let it succeed, where something failed.
  package var advice: [Advice] = []

  /// An event of now, with nothing else filled in.
  package init(_ kind: Kind) {
    self.kind = kind
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    time = Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
  }
}
