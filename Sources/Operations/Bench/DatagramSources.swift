import Sockets

/// Distinguishes the datagrams of one client from those of others.
///
/// Only its address is known in advance, not the port that its datagrams come from, and other senders may share the address.
/// So each port of the address has its own tally, and the port with the most datagrams is the client's.
struct DatagramSources: Sendable {
  /// The datagrams of one port.
  struct Source: Sendable {
    var tally = DatagramTally()
    var bytes: UInt64 = 0
  }

  private let client: IPAddress?
  private var ports: [UInt16: Source] = [:]
  /// The maximum number of ports with a tally; datagrams from further ports are ignored.
  private static let mostPorts = 16

  /// - Parameter client: the address of its connection; the port does not matter.
  init(of client: SocketAddress) { self.client = IPAddress(client) }

  /// Counts a datagram.
  ///
  /// - Returns: whether it may be the client's, and is not a duplicate.
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

  /// The tally of the client: of the port with the most datagrams.
  var best: Source {
    ports.values.max { $0.tally.counts.received < $1.tally.counts.received } ?? Source()
  }
}
