import SocketLoop
import Sockets

/// The sum of the bytes that one direction has carried so far.
@LoopActor
package protocol Digest: AnyObject {
  /// Adds bytes behind those before.
  func update(_ bytes: UnsafeRawBufferPointer)

  /// The sum of all so far; more may follow. Nil where whoever computes it has failed.
  func value() -> [UInt8]?
}

extension DigestAlgorithm {
  /// The sum of no bytes yet: by libcrypto where it is installed, or else by the kernel.
  ///
  /// - Throws: why the kernel does not compute it either: `EAFNOSUPPORT` without `AF_ALG`, `ENOENT` without the algorithm.
  @LoopActor
  package func makeDigest() throws(SystemError) -> any Digest {
    if let digest = LibraryDigest(self) { return digest }
    return try KernelDigest(self)
  }
}
