import SocketLoop
import Sockets

/// The value of a variable, and the result of a call.
enum ShellValue: Sendable {
  case number(Int)
  case bytes([UInt8])
  case text(String)
  case socket(ShellSocket)
  case address(SocketAddress)
  case list([ShellValue])
  case option(SocketOptionValue)
}

@LoopActor
extension ShellValue {
  /// How results show it.
  var description: String {
    switch self {
    case .number(let number): String(number)
    case .bytes(let bytes): bytes.quoted
    case .text(let text): text
    case .socket(let socket): String(socket.number)
    case .address(let address): "\(address)"
    case .list(let values): values.map(\.description).joined(separator: ", ")
    case .option(let value): "\(value)"
    }
  }

  /// How it appears inside another word: bytes without quotes.
  var plain: String {
    if case .bytes(let bytes) = self { return String(decoding: bytes, as: UTF8.self) }
    return description
  }

  /// Its kind, for messages.
  var kindName: String {
    switch self {
    case .number: "a number"
    case .bytes: "bytes"
    case .text: "a word"
    case .socket: "a socket"
    case .address: "an address"
    case .list: "a list"
    case .option: "an option's value"
    }
  }

  var number: Int? {
    switch self {
    case .number(let number): number
    case .option(let value): value.number
    case .socket(let socket): Int(socket.number)
    case .text(let text): Int(text)
    case .bytes, .address, .list: nil
    }
  }

  /// How a variable keeps it: a word that is a number as the number.
  var kept: ShellValue {
    switch self {
    case .text, .option: number.map { .number($0) } ?? self
    case .number, .bytes, .socket, .address, .list: self
    }
  }

  /// The fields of this kind of value.
  var fieldNames: [String] {
    switch self {
    case .bytes, .text: ["length"]
    case .list: ["count", "first", "last"]
    case .address: ["family", "host", "port"]
    case .socket: ["address", "fd", "peer", "port", "state"]
    case .number, .option: []
    }
  }

  /// `$name.field`.
  func field(_ name: String) -> ShellValue? {
    switch (self, name) {
    case (.bytes(let bytes), "length"): return .number(bytes.count)
    case (.text(let text), "length"): return .number(text.utf8.count)
    case (.list(let values), "count"): return .number(values.count)
    case (.list(let values), "first"): return values.first
    case (.list(let values), "last"): return values.last
    case (.list(let values), _):
      guard let index = Int(name), values.indices.contains(index) else { return nil }
      return values[index]
    case (.address(let address), "family"): return .text("\(address.family)")
    case (.address(let address), "port"): return address.port.map { .number(Int($0)) }
    case (.address(let address), "host"): return .text(address.host)
    case (.socket(let socket), "fd"): return .number(Int(socket.number))
    case (.socket(let socket), "address"): return socket.localAddress.map { .address($0) }
    case (.socket(let socket), "peer"): return socket.peerAddress.map { .address($0) }
    case (.socket(let socket), "state"): return socket.state.map { .text($0) }
    case (.socket(let socket), "port"): return socket.localAddress?.port.map { .number(Int($0)) }
    default: return nil
    }
  }
}

extension ShellSocket {
  var localAddress: SocketAddress? {
    try? call("getsockname") { (socket) throws(SystemError) in try socket.localAddress() }
  }

  var peerAddress: SocketAddress? {
    try? call("getpeername") { (socket) throws(SystemError) in try socket.peerAddress() }
  }
}

extension [UInt8] {
  /// A C string literal: `"Hello\r\n"`. Valid UTF-8 is kept.
  var quoted: String {
    var result = "\""
    if let text = String(validating: self, as: UTF8.self) {
      for scalar in text.unicodeScalars {
        result += scalar.value < 128 ? UInt8(scalar.value).escaped : scalar.escaped
      }
    } else {
      for byte in self { result += byte.escaped }
    }
    return result + "\""
  }
}

extension UInt8 {
  /// As in a C string literal.
  fileprivate var escaped: String {
    switch self {
    case 10: "\\n"
    case 13: "\\r"
    case 9: "\\t"
    case UInt8(ascii: "\""): "\\\""
    case UInt8(ascii: "\\"): "\\\\"
    case 32..<127: String(UnicodeScalar(self))
    default: "\\x" + (self < 16 ? "0" : "") + String(self, radix: 16)
    }
  }
}

extension Unicode.Scalar {
  /// Kept if printable; C1 controls and bidirectional marks, which a peer must not send to a terminal, are escaped.
  fileprivate var escaped: String {
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned:
      String(self).utf8.map { "\\x" + String($0, radix: 16) }.joined()
    default: String(self)
    }
  }
}
