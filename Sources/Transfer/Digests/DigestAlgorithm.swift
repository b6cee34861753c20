/// A cryptographic hash function. MD5 and SHA-1 are broken, but still in use for checksums.
package enum DigestAlgorithm: String, CaseIterable, Sendable {
  case md5, sha1, sha224, sha256, sha384, sha512
  case sha3For256 = "sha3-256"
  case sha3For512 = "sha3-512"
  case blake2b, blake2s

  /// Its name in OpenSSL's libcrypto.
  var libraryName: String {
    switch self {
    case .blake2b: "blake2b512"
    case .blake2s: "blake2s256"
    default: rawValue
    }
  }

  /// Its name in the kernel's crypto API, for `AF_ALG`.
  var kernelName: String {
    switch self {
    case .blake2b: "blake2b-512"
    case .blake2s: "blake2s-256"
    default: rawValue
    }
  }
}
