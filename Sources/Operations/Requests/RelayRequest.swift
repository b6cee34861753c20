import Transfer

/// `sock relay`: join two ends, for one connection or many.
package struct RelayRequest: Sendable {
  package var left: End
  package var right: End
  /// `--to`: further rights.
  package var otherRights: [End] = []
  /// `--balance`: which of the rights a connection gets.
  package var balance = BalancePolicy.roundRobin
  /// `--retry`: how often to try again to open an end.
  package var retry = RetryPolicy()
  /// `--connect-early`: keep a connection of the right in reserve.
  package var connectsEarly = false
  /// `--pass-fds`: pass on descriptors between Unix sockets.
  package var passesDescriptors = false
  /// `--frame`: how a stream of bytes holds the messages of the other side.
  package var frame: FrameFormat?
  /// `--delay` and the like: what is done to the data on purpose.
  package var faults = FaultPlan()
  /// How data is transferred, and what is reported.
  package var options: ConnectionOptions
  /// `--once`: end with the first connection.
  package var once = false
  /// `--peer-timeout`: how long until a silent datagram peer is forgotten.
  package var peerTimeout: Duration = .seconds(60)

  /// A request with defaults for the rest.
  package init(left: End, right: End, options: ConnectionOptions) {
    self.left = left
    self.right = right
    self.options = options
  }

  /// How long until a silent datagram peer is forgotten: `--idle` is for each peer, too.
  var silence: Duration { min(peerTimeout, options.idleTimeout ?? peerTimeout) }
}
