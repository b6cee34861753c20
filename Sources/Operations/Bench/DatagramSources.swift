import Sockets

/// The datagrams of one client: those of other hosts are not counted.
///
/// Its port is not known before its first one has come, and that one may not be its own: each port of its address is
/// counted by itself, and the one that most came from is the client's.
struct DatagramSources: Sendable {
  /// What came from one port.
  struct Source: Sendable {
    var tally = DatagramTally()
    var bytes: UInt64 = 0
  }

  private let client: IPAddress?
  private var ports: [UInt16: Source] = [:]
  /// More are not told apart: what comes from yet another one is nobody's.
  private static let mostPorts = 16

  /// - Parameter client: the other end of its connection, whatever its port there is.
  init(of client: SocketAddress) { self.client = IPAddress(client) }

  /// Counts one.
  ///
  /// - Returns: whether it may be the client's, and had not come before.
  mutating func count(
    number: UInt64, sent: UInt64, arrived: UInt64, bytes: Int, from sender: SocketAddress
  ) -> Bool {
    guard let port = sender.port, IPAddress(sender) == client,
      ports[port] != nil || ports.count < Self.mostPorts,
      ports[port, default: Source()].tally.count(number: number, sent: sent, arrived: arrived)
    else { return false }
    ports[port]?.bytes += UInt64(bytes)
    return true
  }

  /// The client's.
  var best: Source {
    ports.values.max { $0.tally.counts.received < $1.tally.counts.received } ?? Source()
  }
}
