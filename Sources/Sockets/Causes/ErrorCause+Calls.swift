extension ErrorCause {
  /// Why a call that an observer saw has failed; nil if it has not, or if nothing is known beyond the error's name.
  ///
  /// A connection attempt in the background fails by what `getsockopt(2)` then returns for `SO_ERROR`: that is explained
  /// as the failure of `connect(2)`.
  ///
  /// - Parameter transport: of the socket that the call works on; nil if it is no socket, or an unknown one.
  public static func of(_ call: SystemCall, on transport: Transport?) -> String? {
    if let failure = call.pendingFailure {
      return cause("connect", failure, transport)
    }
    guard let outcome = call.outcome, let failure = outcome.failure else { return nil }
    if call.name == "getsockopt" || call.name == "setsockopt", let option = call.option, let error = outcome.error {
      let isForeign =
        transport.map { transport in
          !transport.families.contains { option.applies(to: $0, transport.type, transport.protocolNumber) }
        } ?? false
      if let cause = option.cause(of: error, isForeign: isForeign) { return cause }
    }
    return cause(call.name, failure, transport)
  }

  private static func cause(_ name: String, _ failure: String, _ transport: Transport?) -> String? {
    let rows = all.filter { $0.calls.contains(name) && $0.errors.contains(failure) }
    let own = transport.flatMap { transport in rows.first { $0.includes(transport) } }
    // What is said of sockets does not hold for files and pipes.
    if own == nil, transport == nil, forAnyFile.contains(name) { return nil }
    return (own ?? rows.first { $0.isForEverySocket })?.cause
  }

  /// Calls that work on files as well.
  private static let forAnyFile: Set<String> = ["read", "write"]

  private func includes(_ transport: Transport) -> Bool {
    if case .sockets(_, let includes) = scope { includes(transport) } else { false }
  }

  private var isForEverySocket: Bool { if case .everySocket = scope { true } else { false } }
}

extension SystemCall {
  /// The option of `getsockopt(2)` or `setsockopt(2)`.
  fileprivate var option: SocketOption? {
    guard arguments.count > 2, case .constant(let level, _) = arguments[1],
      case .constant(let number, _) = arguments[2]
    else { return nil }
    return SocketOption.catalogue.first { Int($0.level.rawValue) == level && Int($0.number) == number }
  }

  /// The C name of the error that `SO_ERROR` returned.
  fileprivate var pendingFailure: String? {
    guard name == "getsockopt", outcome?.failure == nil, arguments.count > 3,
      case .constant(_, "SO_ERROR") = arguments[2], case .optionValue(let bytes, _) = arguments[3], bytes.count >= 4
    else { return nil }
    let number = bytes.load(CInt.self)
    return number == 0 ? nil : ErrorNumber(rawValue: number).name
  }
}
