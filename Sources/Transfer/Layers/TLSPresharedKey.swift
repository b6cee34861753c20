internal import COpenSSL

/// A key that both sides had before: `--tls-psk`. It takes the place of certificates.
package struct TLSPresharedKey: Sendable, Hashable {
  package let identity: String
  package let key: [UInt8]

  /// The most that OpenSSL takes of each.
  package static var longestIdentity: Int { 128 }
  package static var longestKey: Int { 256 }

  package init(identity: String, key: [UInt8]) {
    self.identity = identity
    self.key = key
  }
}

extension TLSContext {
  /// Ciphers of TLS 1.2 that take the key alone, with forward secrecy first.
  static let presharedCiphers = "kECDHEPSK:kDHEPSK:kPSK"

  /// Makes sessions use the keys of the settings. In TLS 1.3 the same callbacks serve, with ciphers that use SHA-256.
  func usePresharedKeys() {
    if role == .client {
      library.ssl.pointee.SSL_CTX_set_psk_client_callback(pointer, Self.offerKey)
    } else {
      library.ssl.pointee.SSL_CTX_set_psk_server_callback(pointer, Self.findKey)
    }
  }

  /// For `SSL_CTX_set_psk_client_callback(3)`.
  private static let offerKey:
    @convention(c) (
      OpaquePointer?, UnsafePointer<CChar>?, UnsafeMutablePointer<CChar>?, CUnsignedInt, UnsafeMutablePointer<UInt8>?,
      CUnsignedInt
    ) -> CUnsignedInt = { session, _, identity, room, key, roomForKey in
      guard let verification = TLSVerification.of(session), let preshared = verification.settings.presharedKeys.first,
        let identity, let key, preshared.identity.utf8.count < Int(room), preshared.key.count <= Int(roomForKey)
      else { return 0 }
      for (index, byte) in (Array(preshared.identity.utf8) + [0]).enumerated() {
        identity[index] = CChar(bitPattern: byte)
      }
      for (index, byte) in preshared.key.enumerated() { key[index] = byte }
      verification.presharedIdentity = preshared.identity
      return CUnsignedInt(preshared.key.count)
    }

  /// For `SSL_CTX_set_psk_server_callback(3)`.
  private static let findKey:
    @convention(c) (OpaquePointer?, UnsafePointer<CChar>?, UnsafeMutablePointer<UInt8>?, CUnsignedInt) -> CUnsignedInt =
      {
        session, identity, key, room in
        guard let verification = TLSVerification.of(session), let identity, let key else { return 0 }
        let name = String(cString: identity)
        verification.presharedIdentity = name
        let found = verification.settings.presharedKeys.first { $0.identity == name }
        guard let found, found.key.count <= Int(room) else {
          verification.refuse("it has a pre-shared key '\(name)', which is unknown here")
          return 0
        }
        for (index, byte) in found.key.enumerated() { key[index] = byte }
        return CUnsignedInt(found.key.count)
      }
}
