import SocketLoop
import Sockets

/// The running checksum of the bytes of one direction.
@LoopActor
package protocol Digest: AnyObject {
  /// Appends bytes.
  func update(_ bytes: UnsafeRawBufferPointer)

  /// The checksum of all bytes so far; more may follow. Nil if the computation has failed.
  func value() -> [UInt8]?
}

extension DigestAlgorithm {
  /// Starts a checksum, using libcrypto if it is installed, or else the kernel.
  ///
  /// - Throws: if the kernel cannot compute it either: `EAFNOSUPPORT` without `AF_ALG`, `ENOENT` without the algorithm.
  @LoopActor
  package func makeDigest() throws(SystemError) -> any Digest {
    if let digest = LibraryDigest(self) { return digest }
    return try KernelDigest(self)
  }
}
