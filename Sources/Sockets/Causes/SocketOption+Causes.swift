extension SocketOption {
  /// Why the kernel refused to set the option to a valid value; nil if the error message says it.
  ///
  /// - Parameter isForeign: whether the option belongs to other kinds of sockets.
  public func cause(of number: ErrorNumber, isForeign: Bool = false) -> String? {
    if let row = ErrorCause.all.first(where: { $0.isAbout(self, number) }) { return row.cause }
    switch number {
    case .noProtocolOption, .notSupported:
      return isForeign
        ? "it is an option of \(kinds.map(\.name).joined(separator: ", "))" : "this kernel does not take it here"
    case .invalidArgument, .noEntry, .notPermitted, .permissionDenied: return condition
    default: return nil
    }
  }

  /// What a process needs in order to set the option, if the kernel refused with this error.
  public func advice(on number: ErrorNumber) -> [Advice] {
    guard number == .notPermitted || number == .permissionDenied else { return [] }
    if let requirement { return requirement.capabilities.map { .needsCapability($0) } }
    // Nearly every option without a condition of its own requires this capability.
    return number == .notPermitted && condition == nil ? [.needsCapability("CAP_NET_ADMIN")] : []
  }
}

extension ErrorCause {
  fileprivate func isAbout(_ option: SocketOption, _ number: ErrorNumber) -> Bool {
    switch scope {
    case .option(let name) where name == option.name: errors.contains(number.name)
    case .level(let level) where level == option.level: errors.contains(number.name)
    case .everySocket, .sockets, .option, .level: false
    }
  }
}
