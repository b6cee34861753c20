import SocketLoop
import Sockets
import Transfer

extension DigestAlgorithm {
  /// A digest to feed bytes to; if the algorithm is not available here, the error says what it needs.
  @LoopActor
  func begin() throws(OperationError) -> any Digest {
    do throws(SystemError) {
      return try makeDigest()
    } catch {
      throw OperationError(
        .notSupported,
        "--checksum \(rawValue) needs OpenSSL's libcrypto, which does not load or lacks it (Debian's package is libssl3),"
          + " or a kernel that computes it: \(error)",
        errorNumber: error.number)
    }
  }
}
