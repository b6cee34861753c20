/// An option and its new value, as users write it: `SO_RCVBUF=1M`.
public struct SocketOptionAssignment: Sendable, Hashable {
  /// The option.
  public let option: SocketOption
  /// The new value.
  public let value: SocketOptionValue

  /// Creates an assignment from an option and a value of its kind.
  public init(_ option: SocketOption, _ value: SocketOptionValue) {
    self.option = option
    self.value = value
  }

  /// Parses `NAME=VALUE`; a flag without a value is on.
  ///
  /// Examples: `SO_RCVBUF=1M`, `tcp_nodelay`, `TCP_NODELAY=off`, `SO_LINGER=0` (on, with 0 s: close resets),
  /// `SO_LINGER=off`, `IP_TOS=af21`, `SO_RCVTIMEO=1.5s`, `TCP_CONGESTION=reno`, `IP_ADD_MEMBERSHIP=239.1.2.3@lo`.
  public init(_ text: String) throws(SocketOptionError) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let name = parts.first, !name.isEmpty else { throw .missingName }
    let rows = SocketOption.rows(named: name)
    guard let option = rows.first else {
      throw .unknownName(name, nearest: SocketOption.nearestNames(to: name))
    }
    try Self.checkSettable(option)
    guard parts.count == 2 else {
      guard option.kind == .flag else { throw .missingValue(option) }
      self.init(option, .flag(true))
      return
    }
    for option in rows {
      guard let value = SocketOptionValue(parts[1], kind: option.kind) else { continue }
      self.init(option, value)
      return
    }
    throw .wrongValue(option, parts[1])
  }

  /// Parses a value for the given option: `1M` for `SO_RCVBUF`.
  public init(_ option: SocketOption, _ text: String) throws(SocketOptionError) {
    try Self.checkSettable(option)
    guard let value = SocketOptionValue(text, kind: option.kind) else { throw .wrongValue(option, text) }
    self.init(option, value)
  }

  private static func checkSettable(_ option: SocketOption) throws(SocketOptionError) {
    guard option.isSettable else { throw option.isReadable ? .readOnly(option) : .notPassed(option) }
  }
}

extension SocketOptionAssignment: CustomStringConvertible {
  /// `SO_RCVBUF=1048576`.
  public var description: String { "\(option)=\(value)" }
}

/// Why text is not an option, or not a value of its kind.
public enum SocketOptionError: Error, Hashable, Sendable {
  case missingName
  case unknownName(String, nearest: [String])
  case missingValue(SocketOption)
  case wrongValue(SocketOption, String)
  case readOnly(SocketOption)
  case notPassed(SocketOption)
}

extension SocketOptionError: CustomStringConvertible {
  /// What is wrong, and what to write.
  public var description: String {
    switch self {
    case .missingName: "no socket option given: NAME=VALUE, such as SO_RCVBUF=1M"
    case .unknownName(let name, let nearest):
      "unknown socket option '\(name)'"
        + (nearest.isEmpty ? "" : ": did you mean \(nearest.joined(separator: " or "))?")
    case .missingValue(let option): "\(option) needs a value: \(option)=\(option.kind.expectation)"
    case .wrongValue(let option, let text):
      "'\(text)' is not a value for \(option): it takes \(option.kind.expectation)"
        + (option.kind.missingInterface(in: text).map { "; \(NetworkInterface.complaint(about: $0))" } ?? "")
    case .readOnly(let option): "\(option) can be read, but not set"
    case .notPassed(let option): "\(option) needs a program: its value has no text form"
    }
  }
}

extension SocketOption.Kind {
  /// The interface that a value names, if there is none of that name.
  fileprivate func missingInterface(in text: String) -> String? {
    let name: Substring
    switch self {
    case .interface, .ipv4Interface: name = text[...]
    case .membership: name = text.drop { $0 != "@" && $0 != "%" }.dropFirst().prefix { $0 != "," }
    default: return nil
    }
    let isName = NetworkInterface.isName(String(name)) && IPv4Address(String(name)) == nil
    return isName && NetworkInterface.index(naming: String(name)) == nil ? String(name) : nil
  }

  /// The form of values of this kind, for messages and help.
  public var expectation: String {
    switch self {
    case .flag: return "on or off"
    case .integer(let form):
      let names = form.names.entries.map(\.name)
      let listed = names.count > 8 ? names.prefix(8) + ["…"] : names[...]
      let range =
        form.range.upperBound == .max ? "a number" : "\(form.range.lowerBound) to \(form.range.upperBound)"
      let counted = range + (form.unit.map { " " + $0 + " (K, M, G are understood)" } ?? "")
      let unitless = form.unit.map { $0.hasPrefix("bytes") ? counted : "\(range) \($0)" } ?? range
      return names.isEmpty ? unitless : "\(listed.joined(separator: ", ")), or \(unitless)"
    case .duration(let unit, let range):
      return "\(unit.rawValue) (\(range.lowerBound) to \(range.upperBound)), or a time such as 500ms, 5s, 2m"
    case .timeval: return "seconds (0 to \(CInt.max)), or a time such as 500ms, 1.5s, or off"
    case .linger: return "seconds (0 to \(CInt.max), 0 resets the connection), or off"
    case .string(let capacity): return "a name of at most \(capacity - 1) bytes"
    case .interface: return "the name or the index of an interface, or none"
    case .ipv4Interface: return "the name, the index or the IPv4 address of an interface"
    case .membership(let form, let family):
      let example = family == .ipv6 ? "ff15::7@lo" : form.hasSource ? "232.1.2.3@lo" : "239.1.2.3@lo"
      let source = family == .ipv6 ? "::1" : "127.0.0.1"
      return form.hasSource
        ? "GROUP@INTERFACE,SOURCE, such as \(example),\(source)" : "GROUP or GROUP@INTERFACE, such as \(example)"
    case .structure(let form): return form.expectation
    case .typeFilter: return "block=TYPES, pass=TYPES (such as 8 or 128-137), all or none"
    case .canFilters: return "ID:MASK or ID~MASK in hexadecimal, with commas, such as 123:7FF, or none"
    case .serviceCodes: return "SC:ABCD or a number, for a listener several with commas"
    case .bytes(let capacity): return "at most \(capacity) bytes in hexadecimal"
    case .errorNumber, .credentials, .address: return "nothing: it can only be read"
    }
  }
}
