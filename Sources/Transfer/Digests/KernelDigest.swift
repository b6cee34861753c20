import SocketLoop
import Sockets

/// A digest that the kernel computes over what is sent to an `AF_ALG` socket.
final class KernelDigest: Digest {
  private let request: Socket
  private var hasFailed = false

  /// - Throws: `EAFNOSUPPORT` if the kernel has no `AF_ALG`, `ENOENT` if it lacks the algorithm.
  init(_ algorithm: DigestAlgorithm) throws(SystemError) {
    let service = try Socket.open(AlgorithmAddress.family, .sequencedPacket)
    try service.bind(to: AlgorithmAddress(type: "hash", name: algorithm.kernelName).socketAddress())
    request = try service.acceptRequest()
  }

  func update(_ bytes: UnsafeRawBufferPointer) {
    var rest = bytes
    while !rest.isEmpty, !hasFailed {
      guard case .moved(let count)? = try? Descriptor(request.descriptor).sendPart(rest), count > 0 else {
        hasFailed = true
        return
      }
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
    }
  }

  func value() -> [UInt8]? {
    // accept(2) on a request socket clones its state: the clone gives the answer, and this one can go on.
    guard !hasFailed, let copy = try? request.acceptRequest() else { return nil }
    let answer = RawBuffer(count: 64)
    defer { extendLifetime(answer) }
    guard case .moved(let count)? = try? Descriptor(copy.descriptor).read(into: answer.bytes), count > 0 else {
      return nil
    }
    return Array(answer.bytes[..<count])
  }
}
