import SocketLoop
import Sockets

/// What the operators of expressions do with values.
@LoopActor
extension ShellValue {
  /// The result of a comparison: 1 or 0, as in C.
  init(_ truth: Bool) { self = .number(truth ? 1 : 0) }

  /// Whether a condition holds: a number other than 0, and bytes, a word or a list that are not empty.
  var isTrue: Bool {
    switch self {
    case .number(let number): number != 0
    case .text(let text): text != "0" && !text.isEmpty
    case .bytes(let bytes): !bytes.isEmpty
    case .list(let values): !values.isEmpty
    case .option(let value): value.number != 0
    case .socket(let socket): socket.isOpen
    case .address: true
    }
  }

  /// A whole number, also written `0x` and hexadecimal digits, or as a size such as `64k`.
  var integer: Int? {
    if let number { return number }
    guard case .text(let text) = self else { return nil }
    return text.lowercased().hasPrefix("0x") ? Int(text.dropFirst(2), radix: 16) : try? Int(parsingSize: text)
  }

  /// Numbers by value, sockets by identity, and everything else by its text.
  func equals(_ other: ShellValue) -> Bool {
    if case .socket(let first) = self, case .socket(let second) = other { return first === second }
    if let first = integer, let second = other.integer { return first == second }
    if case .bytes(let first) = self, case .bytes(let second) = other { return first == second }
    if case .list(let first) = self, case .list(let second) = other {
      return first.count == second.count && zip(first, second).allSatisfy { $0.equals($1) }
    }
    return plain == other.plain
  }

  /// Whether a list has such an element, or one with such a part; whether other values have such a part.
  func contains(_ other: ShellValue) -> Bool {
    guard case .list(let values) = self else { return plain.containsBytes(of: other.plain) }
    return values.contains { $0.equals(other) || $0.hasPart(other) }
  }

  private func hasPart(_ other: ShellValue) -> Bool {
    switch self {
    case .text, .bytes: plain.containsBytes(of: other.plain)
    case .number, .socket, .address, .list, .option: false
    }
  }

  /// `+` of lists and bytes; nil for other values.
  func joined(with other: ShellValue) -> ShellValue? {
    switch (self, other) {
    case (.list(let first), .list(let second)): .list(first + second)
    case (.list(let values), _): .list(values + [other])
    case (.bytes(let first), .bytes(let second)): .bytes(first + second)
    case (.bytes(let first), _) where other.canBeBytes: .bytes(first + Array(other.plain.utf8))
    case (_, .bytes(let second)) where canBeBytes: .bytes(Array(plain.utf8) + second)
    default: nil
    }
  }

  private var canBeBytes: Bool {
    switch self {
    case .bytes, .text, .number: true
    case .socket, .address, .list, .option: false
    }
  }

  /// `-` of a list: without the elements that equal the value, or an element of it; nil for other values.
  func without(_ other: ShellValue) -> ShellValue? {
    guard case .list(let values) = self else { return nil }
    guard case .list(let unwanted) = other else { return .list(values.filter { !$0.equals(other) }) }
    return .list(values.filter { value in !unwanted.contains { $0.equals(value) } })
  }
}
