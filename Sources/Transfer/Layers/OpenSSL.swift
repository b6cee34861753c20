internal import COpenSSL
import Glibc

/// The functions of the system's OpenSSL, which is loaded when it is first asked for.
enum OpenSSL {
  // Filled once, by the loader, and never changed after that.

  /// libcrypto; nil if it is not installed.
  nonisolated(unsafe) static let crypto = openssl_load_crypto()
  /// libssl; nil if it is not installed.
  nonisolated(unsafe) static let ssl = openssl_load_ssl()
}

/// Both libraries, once they are known to be there.
struct TLSLibrary {
  let crypto: UnsafePointer<openssl_crypto>
  let ssl: UnsafePointer<openssl_ssl>

  init() throws(StreamFailure) {
    guard let crypto = OpenSSL.crypto, let ssl = OpenSSL.ssl else {
      throw StreamFailure(
        .notSupported, "TLS needs OpenSSL 3, which is not installed: install libssl3 (libssl.so.3)")
    }
    self.crypto = crypto
    self.ssl = ssl
  }

  /// An entry of the library's queue of errors.
  struct Failure {
    let library: CInt
    let reason: CInt
    /// OpenSSL's own words: `bad decrypt`.
    let text: String
  }

  /// Takes the errors of the latest call out of the queue, the first cause first.
  func takeErrors() -> [Failure] {
    var errors: [Failure] = []
    while true {
      let code = crypto.pointee.ERR_get_error()
      if code == 0 { return errors }
      let (library, reason) = (ERR_GET_LIB(code), ERR_GET_REASON(code))
      let words = library == ERR_LIB_SYS ? strerror(reason) : UnsafeMutablePointer(mutating: text(of: code))
      errors.append(
        Failure(library: library, reason: reason, text: words.map { String(cString: $0) } ?? "error \(code)"))
    }
  }

  private func text(of code: CUnsignedLong) -> UnsafePointer<CChar>? { crypto.pointee.ERR_reason_error_string(code) }

  /// OpenSSL's words for the cause of the latest call's failure.
  func takeReason() -> String { takeErrors().first?.text ?? "no reason is given" }
}
