import Sockets

// Descriptors that a Unix peer passes to someone who does not take them: the kernel closes them, and says so only to recvmsg(2).
extension DescriptorStream {
  func receiveAndNote(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> IOResult {
    let (result, _, flags) = try descriptor.receiveMessageWithoutWaiting(into: buffer)
    if flags.contains(.controlTruncated) { reportLoss() }
    return result
  }

  /// Peeks at the first byte that splice(2) would take, since descriptors travel with it and splice(2) never tells.
  ///
  /// Those that came with a later byte of the same splice go unnoticed; that is the price of moving pages.
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
