import SocketLoop
import Sockets
import Transfer

/// `original:`: the address that the connection on the left was going to, before it was redirected here.
package struct OriginalEnd: EndMeaning {
  package let options: ConnectionOptions

  init(_ text: EndText) throws(OperationError) {
    try text.requireNothing()
    guard text.place == .right else {
      throw OperationError(
        .usage, "'\(text.word)' is where the connection on the left was going: write it on the right")
    }
    options = text.options
  }

  package func prepare(_ context: EndContext) async throws(OperationError) -> any EndSource {
    OriginalSource(Dialer(transport: .tcp, options: options, reporter: context.reporter), context.own)
  }
}

@LoopActor
private final class OriginalSource: EndSource {
  private let dialer: Dialer
  private let own: OwnAddresses

  init(_ dialer: Dialer, _ own: OwnAddresses) {
    self.dialer = dialer
    self.own = own
  }

  func open(for partner: EndPartner?) async throws(OperationError) -> OpenEnd {
    guard let partner, let connection = partner.connection else {
      throw OperationError(.usage, "original: is for connections that come over TCP")
    }
    let destination = try destination(of: connection, partner)
    // In another namespace, the same address is another place.
    if dialer.options.namespace == nil, own.leadsBack(destination) {
      throw OperationError(
        .unreachable,
        "the connection from \(partner.peer) was not redirected: it was going to \(destination), where this relay listens,"
          + " and would come back to it")
    }
    let (stream, peer) = try await dialer.open(Endpoint(target: .bytes(destination)), for: partner)
    return OpenEnd(stream, peer, .connected)
  }

  /// What a trusted proxy says, what the firewall remembers, or with TPROXY the socket's own address.
  private func destination(
    of connection: AsyncSocket, _ partner: EndPartner
  ) throws(OperationError) -> SocketAddress {
    if let stated = partner.facts.origin?.header.destination, IPAddress(stated) != nil { return stated.unmapped }
    if let original = try? connection.socket.originalDestination() { return original.unmapped }
    let local: SocketAddress
    do throws(SystemError) {
      local = try connection.socket.localAddress().unmapped
    } catch {
      throw OperationError(error, while: .opening)
    }
    guard IPAddress(local) != nil else {
      throw OperationError(.usage, "original: is for connections that come over TCP, not for \(local)")
    }
    return local
  }
}

/// The addresses on which a relay listens itself.
@LoopActor
package final class OwnAddresses {
  var addresses: [SocketAddress] = []

  nonisolated init() {}

  /// Whether a connection to an address would arrive at one of them.
  func leadsBack(_ address: SocketAddress) -> Bool {
    guard addresses.contains(where: { $0.port == address.port }) else { return false }
    // Only an address of this host can be bound.
    guard let probe = try? Socket.open(.udp, family: address.family) else { return false }
    return (try? probe.bind(to: address.with(port: 0))) != nil
  }
}
