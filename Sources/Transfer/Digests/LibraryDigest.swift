internal import COpenSSL
import SocketLoop

/// A digest computed by OpenSSL's libcrypto.
///
/// The library is loaded when the first digest is created. Runs without a checksum neither need it nor pay for it.
@LoopActor
final class LibraryDigest: Digest {
  /// The library's state for one digest.
  private final class Context {
    let pointer: OpaquePointer
    private let crypto: UnsafePointer<openssl_crypto>

    init?(_ crypto: UnsafePointer<openssl_crypto>) {
      guard let pointer = crypto.pointee.EVP_MD_CTX_new() else { return nil }
      self.pointer = pointer
      self.crypto = crypto
    }

    deinit { crypto.pointee.EVP_MD_CTX_free(pointer) }
  }

  private let crypto: UnsafePointer<openssl_crypto>
  private let context: Context
  private var hasFailed = false

  /// Returns nil if the library is missing or does not offer the algorithm (such as MD5 in FIPS mode).
  init?(_ algorithm: DigestAlgorithm) {
    guard let crypto = OpenSSL.crypto, let method = crypto.pointee.EVP_get_digestbyname(algorithm.libraryName),
      let context = Context(crypto)
    else { return nil }
    self.crypto = crypto
    self.context = context
    if crypto.pointee.EVP_DigestInit_ex(context.pointer, method, nil) != 1 { return nil }
  }

  func update(_ bytes: UnsafeRawBufferPointer) {
    if crypto.pointee.EVP_DigestUpdate(context.pointer, bytes.baseAddress, bytes.count) != 1 { hasFailed = true }
  }

  func value() -> [UInt8]? {
    guard !hasFailed, let copy = Context(crypto), crypto.pointee.EVP_MD_CTX_copy_ex(copy.pointer, context.pointer) == 1
    else {
      return nil
    }
    var length: CUnsignedInt = 0
    var value = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    guard crypto.pointee.EVP_DigestFinal_ex(copy.pointer, &value, &length) == 1 else { return nil }
    return Array(value.prefix(Int(length)))
  }
}
