internal import COpenSSL
import SocketLoop

/// The functions of the system's OpenSSL, which is loaded when it is first asked for.
@LoopActor
enum OpenSSL {
  /// libcrypto; nil if it is not installed.
  static let crypto = openssl_load_crypto()
  /// libssl; nil if it is not installed.
  static let ssl = openssl_load_ssl()
}
