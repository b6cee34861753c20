import Sockets

extension OperationError {
  /// A name or a service that could not be looked up.
  init(_ error: ResolutionError) {
    self.init(Self.cause(of: error), error.description, errorNumber: error.number)
    lookUpCode = error.code.description
    if case .otherProtocol(let other) = error.fault {
      advice = [.useProtocol(other)]
    } else if error.code == .tryAgain {
      advice = [.check("that a name server of /etc/resolv.conf can be reached")]
    }
  }

  /// A name or an address that the older calls could not look up.
  init(_ error: HostLookupError) {
    self.init(error.code == .tryAgain ? .timedOut : .nameNotFound, error.description)
    lookUpCode = error.code.description
  }

  private static func cause(of error: ResolutionError) -> Cause {
    if error.fault?.isMisuse == true { return .usage }
    if let number = error.number, isLimit(number) { return .system }
    // The name server did not answer, which does not mean that there is no such name.
    return error.code == .tryAgain ? .timedOut : .nameNotFound
  }
}
