import SocketLoop
import Sockets

// `--as-client`: the right side sees the address of the client, not that of the relay.
extension ConnectionOptions {
  /// The address to connect from; nil for one of our own.
  @LoopActor
  func client(behind partner: EndPartner?) throws(OperationError) -> SocketAddress? {
    guard isAsClient else { return nil }
    guard let address = partner?.peer.address?.unmapped, IPAddress(address) != nil else {
      throw OperationError(
        .unreachable,
        "--as-client: \(partner.map { "\($0.peer)" } ?? "this side") has no internet address to connect from")
    }
    return address
  }
}

extension Socket {
  /// Binds to the address of a client, and to its port if that is free.
  borrowing func bind(asClient address: SocketAddress) throws(SystemError) {
    do throws(SystemError) {
      if address.port != 0 {
        try set(.reuseAddress, to: true)
        return try bind(to: address)
      }
    } catch {
      guard error.number == .addressInUse else { throw error }
    }
    try set(.bindAddressNoPort, to: true)
    try bind(to: address.with(port: 0))
  }
}

extension Connector.Failure {
  /// Whether the last attempt failed because an earlier connection from the same port to the same peer is not over yet.
  var isOfTakenPort: Bool {
    guard case .system(let error)? = attempts.last?.error else { return false }
    return error.call == "connect" && error.number == .addressNotAvailable
  }
}
