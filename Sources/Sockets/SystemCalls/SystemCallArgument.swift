/// An argument of a ``SystemCall``, decoded.
public indirect enum SystemCallArgument: Sendable, Hashable {
  case descriptor(CInt)
  case integer(Int)
  /// A constant or a set of flags: the number, and the C name or names joined by `|`.
  case constant(Int, name: String)
  case address(SocketAddress)
  /// The value of a socket option: its bytes, and their meaning for that option.
  case optionValue([UInt8], text: String)
  /// Data: the first bytes, at most ``longestPrefix``, and the total number.
  case buffer(prefix: [UInt8], count: Int)
  case string(String)
  case structure([Field])
  case list([SystemCallArgument])
  /// A null pointer.
  case null

  /// A member of a struct.
  public struct Field: Sendable, Hashable {
    /// The C name.
    public let name: String
    /// Its value.
    public let value: SystemCallArgument
  }

  /// The maximum number of bytes that are kept of a buffer.
  public static let longestPrefix = 32
}

extension SystemCallArgument: CustomStringConvertible {
  /// The argument in the notation of strace(1): `3`, `AF_INET6`, `[::1]:80`, `"GET / HTTP"...`, `{msg_flags=0}`.
  public var description: String {
    switch self {
    case .descriptor(let number): "\(number)"
    case .integer(let number): "\(number)"
    case .constant(_, let name): name
    // A call that failed has filled in none.
    case .address(let address): address.family == .unspecified ? "(none)" : address.description
    case .optionValue(_, let text): "[\(text)]"
    case .buffer(let prefix, let count): Self.quoted(prefix) + (count > prefix.count ? "..." : "")
    case .string(let text): Self.quoted(Array(text.utf8))
    case .structure(let fields): "{" + fields.map { "\($0.name)=\($0.value)" }.joined(separator: ", ") + "}"
    case .list(let elements): "[" + elements.map(\.description).joined(separator: ", ") + "]"
    case .null: "NULL"
    }
  }

  /// A C string literal.
  private static func quoted(_ bytes: [UInt8]) -> String {
    var text = "\""
    for (index, byte) in bytes.enumerated() {
      switch byte {
      case UInt8(ascii: "\""): text += "\\\""
      case UInt8(ascii: "\\"): text += "\\\\"
      case UInt8(ascii: "\n"): text += "\\n"
      case UInt8(ascii: "\r"): text += "\\r"
      case UInt8(ascii: "\t"): text += "\\t"
      case 0x20..<0x7f: text.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        // A digit after a short octal escape would be read as part of it.
        let digitFollows = index + 1 < bytes.count && (0x30...0x37).contains(bytes[index + 1])
        let digits = String(byte, radix: 8)
        text += "\\" + (digitFollows ? String(repeating: "0", count: 3 - digits.count) : "") + digits
      }
    }
    return text + "\""
  }
}
