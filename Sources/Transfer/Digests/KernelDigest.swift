import SocketLoop
import Sockets

/// A digest that the kernel computes: what is sent to an `AF_ALG` socket is added to it.
final class KernelDigest: Digest {
  private let request: Socket
  private var hasFailed = false

  /// - Throws: `EAFNOSUPPORT` where the kernel has no `AF_ALG`, `ENOENT` where it lacks the algorithm.
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
    // To accept from a request is to copy it: the copy gives its answer, and this one goes on.
    guard !hasFailed, let copy = try? request.acceptRequest() else { return nil }
    let answer = RawBuffer(count: 64)
    defer { extendLifetime(answer) }
    guard case .moved(let count)? = try? Descriptor(copy.descriptor).read(into: answer.bytes), count > 0 else {
      return nil
    }
    return Array(answer.bytes[..<count])
  }
}
