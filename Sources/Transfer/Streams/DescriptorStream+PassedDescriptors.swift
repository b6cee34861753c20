import Sockets

// If a Unix peer passes descriptors and the receiver has no room for them, the kernel closes them, and reports that
// only through recvmsg(2).
extension DescriptorStream {
  func receiveAndNote(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> IOResult {
    let (result, _, flags) = try descriptor.receiveMessageWithoutWaiting(into: buffer)
    if flags.contains(.controlTruncated) { reportLoss() }
    return result
  }

  /// Peeks at the first byte that splice(2) would take, to see whether descriptors came with it: splice(2) does not
  /// say.
  ///
  /// Descriptors attached to a later byte of the same splice go unnoticed; that is the price of splicing.
  func lookForDescriptors() {
    guard didLoseDescriptors != nil else { return }
    var byte: UInt8 = 0
    let seen = withUnsafeMutableBytes(of: &byte) {
      try? descriptor.receiveMessageWithoutWaiting(into: $0, peeks: true)
    }
    if seen?.flags.contains(.controlTruncated) == true { reportLoss() }
  }

  private func reportLoss() {
    didLoseDescriptors?()
    didLoseDescriptors = nil
  }
}
