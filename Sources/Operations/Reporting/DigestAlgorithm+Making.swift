import SocketLoop
import Sockets
import Transfer

extension DigestAlgorithm {
  /// The sum of no bytes yet, or the error for a user who cannot have it here.
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
