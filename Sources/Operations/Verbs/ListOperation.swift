import SocketLoop
import Sockets

extension Operations {
  /// `sock list`: the sockets of this machine.
  package static func list(_ request: ListRequest) throws(OperationError) -> SocketListing {
    do throws(SystemError) {
      return try SocketListing(request.filter)
    } catch {
      throw OperationError(listing: error)
    }
  }

  /// `sock list --kill`: destroys the sockets of a listing.
  ///
  /// - Parameter report: called for each, with the reason if it could not be destroyed.
  /// - Throws: the first reason, after all have been tried.
  package static func kill(
    _ listing: SocketListing, report: (SocketListing.Entry, ErrorNumber?) throws(OperationError) -> Void
  ) throws(OperationError) {
    var diagnostics = try openDiagnostics()
    var first: SystemError?
    for entry in listing.entries {
      let failure = destroy(entry.socket, by: &diagnostics)
      // It has closed meanwhile.
      if failure?.number == .noEntry { continue }
      first = first ?? failure
      try report(entry, failure?.number)
    }
    if let first { throw OperationError(destroying: first) }
  }

  private static func openDiagnostics() throws(OperationError) -> SocketDiagnostics {
    do throws(SystemError) { return try SocketDiagnostics() } catch { throw OperationError(listing: error) }
  }

  private static func destroy(_ socket: ListedSocket, by diagnostics: inout SocketDiagnostics) -> SystemError? {
    do throws(SystemError) { try diagnostics.destroy(socket) } catch { return error }
    return nil
  }

  /// `sock list --watch`: reports sockets as they open and close, until a signal or the deadline.
  package static func watch(
    _ request: ListRequest, report: @escaping @Sendable (SocketWatch.Change) throws(OperationError) -> Void
  ) throws(OperationError) {
    try run(deadline: request.deadline, endingWith: [.interrupt, .deadline]) { (_) throws(OperationError) in
      try await SocketWatch(request, report: report).run()
    }
  }
}

extension OperationError {
  /// The list of sockets cannot be read.
  fileprivate init(listing error: SystemError) {
    self.init(error, while: .opening)
    if cause == .notSupported { message = "this kernel does not list its sockets (sock_diag): \(error.number)" }
  }

  /// A socket could not be destroyed.
  fileprivate init(destroying error: SystemError) {
    switch error.number {
    case .notSupported:
      self.init(
        .notSupported,
        "cannot close these sockets: the kernel closes TCP and UDP sockets only, and only if it was built with "
          + "CONFIG_INET_DIAG_DESTROY", errorNumber: error.number)
    case .notPermitted, .permissionDenied:
      self.init(
        .notPermitted, "cannot close sockets: \(error.number)", errorNumber: error.number,
        advice: [.needsCapability("CAP_NET_ADMIN")])
    default: self.init(.system, "cannot close these sockets: \(error.number)", errorNumber: error.number)
    }
  }
}
