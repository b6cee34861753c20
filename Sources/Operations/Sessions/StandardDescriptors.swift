import Sockets

/// Descriptors 0, 1 and 2 of this process.
package enum StandardDescriptors {
  /// Occupies those that are closed, so that no socket becomes our standard output or error, whose reader would be a
  /// peer.
  ///
  /// To read or write them fails with `EBADF` all the same. Call it before anything is opened.
  package static func occupyClosed() throws(OperationError) {
    for number in 0...2 as ClosedRange<CInt> where !Descriptor(number).isOpen {
      do throws(SystemError) {
        // It gets the lowest number that is free.
        _ = try OwnedDescriptor.placeholder().release()
      } catch {
        throw OperationError(.system, "descriptor \(number) is closed: \(error)", errorNumber: error.number)
      }
    }
  }
}
