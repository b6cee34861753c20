import Sockets

/// Descriptors 0, 1 and 2 of this process.
package enum StandardDescriptors {
  /// Occupies those of `closed`, in rising order, so that no socket becomes our standard output or error, whose reader would be a
  /// peer.
  ///
  /// To read or write them fails with `EBADF` all the same. Call it before anything is opened.
  package static func occupy(_ closed: [Descriptor]) throws(OperationError) {
    for descriptor in closed {
      do throws(SystemError) {
        // It gets the lowest number that is free.
        _ = try OwnedDescriptor.placeholder().release()
      } catch {
        throw OperationError(.system, "descriptor \(descriptor.number) is closed: \(error)", errorNumber: error.number)
      }
    }
  }
}
