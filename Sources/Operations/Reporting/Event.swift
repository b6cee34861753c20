import Glibc
import Sockets
import Transfer

/// Something that happened to a socket, as `-v` and `--json` report it.
package struct Event: Sendable {
  /// What happened; the raw value is its name in JSON.
  package enum Kind: String, Sendable, CaseIterable {
    case listening, resolved, attempt, connected, accepted, opened, received, closed, error
    /// A peer was not let in.
    case denied
    case peerEOF = "peer-eof"
    /// A server accepts no more, and lets its connections end.
    case draining
    /// A socket option was set: the requested value, and the one that the kernel adopted.
    case option
    /// A problem that is not an error: a datagram was truncated, a slow peer was dropped.
    case warning
    /// A change of an SCTP association.
    case notification
    /// The progress of all connections.
    case progress
    /// The checksum of one direction of a connection.
    case checksum
    /// The checksum of the bytes that the receiver already has is being computed, which may take a while.
    case summing
    /// The command of `--receive-fds` has ended.
    case command
    /// A proxy has said whose connection it passes on.
    case proxied
    /// TLS protects the connection.
    case secured
    /// What a server says before TLS, in the protocol of `--starttls`.
    case starttls
    /// A certificate was made, because a server needs one and the user gave none.
    case certificate
    /// Both sides have agreed where the transfer continues.
    case resumed
    /// What a check of an endpoint found: `connect -z`.
    case found
    /// An attempt failed, and another one follows: `--retry`, `wait`.
    case retry
    /// An endpoint answers now, or has stopped answering: `wait`.
    case ready
  }

  /// What happened.
  package var kind: Kind
  /// When: nanoseconds since 1970, UTC.
  package var time: Int64
  /// Which connection, counted from 1.
  package var connection: Int?
  /// Which side of a relay it is about; nil for other verbs.
  package var side: End.Place?
  /// The transport of the connection.
  package var transport: Transport?
  /// The local address.
  package var local: SocketAddress?
  /// The peer.
  package var peer: Peer?
  /// The endpoint that was checked, as it is written.
  package var endpoint: String?
  /// What the check found.
  package var finding: Finding.Kind?
  /// Bytes sent.
  package var sent: UInt64?
  /// Bytes received.
  package var received: UInt64?
  /// What the kernel reports about a received datagram; for a Unix connection, the peer's credentials.
  package var facts: DatagramFacts?
  /// The progress of all connections.
  package var progress: ProgressReport?
  /// The checksum of the bytes sent, or received if `sent` is nil.
  package var checksum: Checksum?
  /// What a proxy has said about the connection.
  package var origin: ProxiedOrigin?
  /// What TLS has agreed on, and who the peer is.
  package var security: TLSFacts?
  /// The certificate that was made.
  package var certificate: TLSCertificateFacts?
  /// How long the connection lasted.
  package var seconds: Double?
  /// The exit status of a command.
  package var status: CInt?
  /// The `errno` of a failure.
  package var errorNumber: ErrorNumber?
  /// The C name of the code that a name look-up returned: `EAI_AGAIN`.
  package var lookUpCode: String?
  /// What happened, in words.
  package var message: String?
  /// Advice on a failure: what would make it succeed.
  package var advice: [Advice] = []

  /// Creates an event of the current time, with everything else empty.
  package init(_ kind: Kind) {
    self.kind = kind
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    time = Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
  }
}
