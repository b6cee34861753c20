import Sockets

// Descriptors that a Unix peer passes where nobody takes them: the kernel closes them, and says so to recvmsg(2) only.
extension StreamEnd {
  func receiveAndNote(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> IOResult {
    let (result, _, flags) = try descriptor.receiveMessageWithoutWaiting(into: buffer)
    if flags.contains(.controlTruncated) { tell() }
    return result
  }

  /// Looks at what splice(2) would take next, which never tells: at its first byte, with which descriptors travel.
  ///
  /// Those with a later byte of the same splice are not seen; that is the price of moving pages.
  func lookForDescriptors() {
    guard heardOfDescriptors != nil else { return }
    var byte: UInt8 = 0
    let seen = withUnsafeMutableBytes(of: &byte) {
      try? descriptor.receiveMessageWithoutWaiting(into: $0, peeks: true)
    }
    if seen?.flags.contains(.controlTruncated) == true { tell() }
  }

  private func tell() {
    heardOfDescriptors?()
    heardOfDescriptors = nil
  }
}
