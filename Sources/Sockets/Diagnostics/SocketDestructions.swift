/// The kernel's notices of TCP and UDP sockets that have closed: sock_diag(7).
package enum SocketDestructions {
  /// Opens a non-blocking socket that receives the notices.
  ///
  /// Calls `socket(2)`, and `bind(2)` for the groups `SKNLGRP_INET_TCP_DESTROY` and the three after it.
  package static func open() throws(SystemError) -> Socket {
    let socket = try Socket.open(
      NetlinkAddress.family, .raw, SocketDiagnostics.protocolNumber, mode: .nonBlocking)
    try socket.bind(to: NetlinkAddress(netlinkProtocol: nil, groups: 0xf).socketAddress())
    return socket
  }

  /// The sockets that the next notices are about, as they were at their end; nil if none is there.
  ///
  /// - Throws: `ENOBUFS` if notices were lost.
  package static func next(from socket: borrowing Socket) throws(SystemError) -> [ListedSocket]? {
    var wouldBlock = false
    let bytes = try [UInt8](capacity: 65_536) { (buffer: inout OutputSpan<UInt8>) throws(SystemError) in
      wouldBlock = try socket.receive(into: &buffer, flags: .doNotWait) == .wouldBlock
    }
    if wouldBlock { return nil }
    return NetlinkMessage.all(in: bytes).compactMap { message in
      guard message.body.count >= 72 else { return nil }
      // INET_DIAG_PROTOCOL.
      let number = NetlinkAttributes(message.body, from: 72).number(10, UInt8.self)
      guard let number, let kind = ListedKind.allCases.first(where: { $0.protocolNumber == UInt32(number) }) else {
        return nil
      }
      return ListedSocket(internet: message.body, kind: kind)
    }
  }
}
