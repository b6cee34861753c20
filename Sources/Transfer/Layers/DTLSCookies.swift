internal import COpenSSL
import SocketLoop

/// Cookies that show that a client receives what is sent to its address (RFC 6347, section 4.2.1): a code over the
/// address, which only this process can make. So nothing is kept of a client until it has sent one back.
enum DTLSCookies {
  private static let secret: [UInt8] = {
    var random = SystemRandomNumberGenerator()
    return (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) }
  }()
  private static let size = 32
  /// How long a cookie is valid, at least.
  private static let period: UInt64 = 60_000_000_000

  /// Makes a server ask for cookies.
  @LoopActor
  static func set(for context: TLSContext) {
    let ssl = context.library.ssl
    ssl.pointee.SSL_CTX_set_cookie_generate_cb(context.pointer) { session, cookie, count in
      guard let session, let cookie, let made = DTLSCookies.make(for: session, inPeriod: DTLSCookies.now) else {
        return 0
      }
      for (index, byte) in made.enumerated() { cookie[index] = byte }
      count?.pointee = CUnsignedInt(made.count)
      return 1
    }
    ssl.pointee.SSL_CTX_set_cookie_verify_cb(context.pointer) { session, cookie, count in
      guard let session, let cookie, Int(count) == DTLSCookies.size else { return 0 }
      let given = UnsafeBufferPointer(start: cookie, count: Int(count))
      let now = DTLSCookies.now
      return DTLSCookies.is(given, for: session, from: now) || DTLSCookies.is(given, for: session, from: now &- 1)
        ? 1 : 0
    }
  }

  private static var now: UInt64 { MonotonicTime.now.nanoseconds / period }

  private static func `is`(
    _ given: UnsafeBufferPointer<UInt8>, for session: OpaquePointer, from period: UInt64
  ) -> Bool {
    guard let right = make(for: session, inPeriod: period) else { return false }
    // In a time that does not tell how much of it is right.
    return zip(given, right).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }

  private static func make(for session: OpaquePointer, inPeriod period: UInt64) -> [UInt8]? {
    guard let crypto = OpenSSL.crypto else { return nil }
    let wire = openssl_wire_of(session)
    let peer = withUnsafeBytes(of: &wire.pointee.peer) { [UInt8]($0.prefix(wire.pointee.peer_count)) }
    let data = withUnsafeBytes(of: period) { [UInt8]($0) } + peer
    var code = [UInt8](repeating: 0, count: 64)
    var count = 0
    guard
      crypto.pointee.EVP_Q_mac(
        nil, "HMAC", nil, "SHA256", nil, secret, secret.count, data, data.count, &code, code.count, &count) != nil,
      count == size
    else { return nil }
    return [UInt8](code.prefix(count))
  }
}
