internal import COpenSSL

/// Data that travels with the first message of a resumed session, before the handshake is over (RFC 8446, section 2.3).
///
/// Whoever records it can send it once more. A server here hands nothing on before the handshake is over, which whoever
/// has only recorded it cannot finish; other servers may act on it at once.
extension TLSStream {
  /// The most that is sent before the handshake, whatever the server allows.
  package static var mostEarlyData: Int { 65_536 }

  /// Sends the beginning of the data, if the session allows it.
  func sendEarly(_ data: [UInt8], in resumed: OpaquePointer) {
    let most = Int(session.library.ssl.pointee.SSL_SESSION_get_max_early_data(resumed))
    let count = min(most, data.count, Self.mostEarlyData)
    guard count > 0, case .done(count) = session.encryptEarly(data.prefix(count)) else { return }
    early.sent = count
  }

  /// Notes what the server has taken of it: only the rest is written again.
  func settleEarlyData() {
    guard early.sent > 0 else { return }
    early.isAccepted = session.library.ssl.pointee.SSL_get_early_data_status(session.pointer) == SSL_EARLY_DATA_ACCEPTED
    early.unreported = early.isAccepted ? early.sent : 0
  }
}

/// What has become of the data that was sent before the handshake was over.
struct TLSEarlyData {
  var sent = 0
  var isAccepted = false
  /// How many bytes the server has that no write has reported as sent yet.
  var unreported = 0

  /// Takes bytes of a write that the server has already.
  mutating func take(_ count: Int) -> Int {
    let part = min(unreported, count)
    unreported -= part
    return part
  }
}
