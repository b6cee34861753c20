/// Why a call fails with an error: one row of a table that lists every cause once.
///
/// ``all`` contains the rows, like the ERRORS sections of the manual pages. Causes specific to a family are in its
/// ``FamilyAddress/causes``, those specific to a socket option in its row of the catalogue.
public struct ErrorCause: Sendable {
  /// The sockets or options that a row applies to.
  public enum Scope: Sendable {
    case everySocket
    /// Some sockets: what to call them, and a test for them.
    case sockets(String, @Sendable (Transport) -> Bool)
    /// One option of `setsockopt(2)`.
    case option(String)
    /// Every option of this level.
    case level(OptionLevel)
  }

  /// The C names of the calls.
  public let calls: [String]
  /// The C names of the errors: `ECONNREFUSED`, `EAI_NONAME`.
  public let errors: [String]
  /// What the row applies to.
  public let scope: Scope
  /// What to do; several entries are alternatives.
  public let advice: [Advice]
  private let text: @Sendable () -> String

  /// The cause, as part of a sentence: `the socket is not listening`.
  public var cause: String { text() }

  /// Creates a row.
  ///
  /// - Parameters:
  ///   - calls: C names, separated by spaces.
  ///   - errors: C names, separated by spaces.
  public init(
    _ calls: String, _ errors: String, on scope: Scope = .everySocket,
    _ cause: @autoclosure @escaping @Sendable () -> String, _ advice: Advice...
  ) {
    self.init(
      calls: calls.split(separator: " ").map(String.init), errors: errors.split(separator: " ").map(String.init),
      scope: scope, advice: advice, text: cause)
  }

  private init(
    calls: [String], errors: [String], scope: Scope, advice: [Advice], text: @escaping @Sendable () -> String
  ) {
    self.calls = calls
    self.errors = errors
    self.scope = scope
    self.advice = advice
    self.text = text
  }

  /// The same row, restricted to the sockets of one family.
  func within(_ family: AddressFamily) -> ErrorCause {
    let scope: Scope =
      switch self.scope {
      case .sockets(let name, let includes):
        .sockets(name) { $0.addressing == .family(family) && includes($0) }
      case .everySocket, .option, .level:
        .sockets(family.addressType?.prefix ?? family.description) { $0.addressing == .family(family) }
      }
    return ErrorCause(calls: calls, errors: errors, scope: scope, advice: advice, text: text)
  }
}

extension ErrorCause {
  /// The row for this error on sockets of this transport; nil if nothing is known beyond the error message.
  ///
  /// Rows for every socket are not considered: they say the same as the error message.
  public static func of(_ error: SystemError, on transport: Transport) -> ErrorCause? {
    let name = error.number.name
    return all.first { row in
      guard case .sockets(_, let includes) = row.scope else { return false }
      return row.calls.contains(error.call) && row.errors.contains(name) && includes(transport)
    }
  }

  /// The row for this error on every socket: the cause that the message alone does not tell; nil if there is none.
  public static func general(_ error: SystemError) -> ErrorCause? {
    let name = error.number.name
    return all.first { row in
      guard case .everySocket = row.scope else { return false }
      return row.calls.contains(error.call) && row.errors.contains(name)
    }
  }

  /// What would make this call succeed on sockets of this transport.
  public static func advice(on error: SystemError, transport: Transport) -> [Advice] {
    if error.call == "setsockopt" {
      return SocketOption.named(String(error.subject.prefix { $0 != "=" }))?.advice(on: error.number) ?? []
    }
    return of(error, on: transport)?.advice ?? []
  }

  /// Whether the remedy is outside of the program: in the network, at the peer, in the settings of this host.
  public var isOutside: Bool { advice.contains { if case .check = $0 { true } else { false } } }

  /// The rows of a call, in the order of the table.
  public static func of(call: String) -> [ErrorCause] { all.filter { $0.calls.contains(call) } }
}
