/// Netstrings: the length in decimal digits, a colon, the message, and a comma.
struct NetstringFrames: FrameCodec {
  private enum Part { case length, message, comma }

  private var part = Part.length
  private var digits = 0
  private var length = 0
  private var message: [UInt8] = []

  static func encode(_ message: UnsafeRawBufferPointer) throws(FrameFault) -> [UInt8] {
    try checkLength(message.count)
    return Array("\(message.count):".utf8) + message + [UInt8(ascii: ",")]
  }

  mutating func take(_ bytes: UnsafeRawBufferPointer) throws(FrameFault) -> (used: Int, message: [UInt8]?) {
    var used = 0
    while used < bytes.count {
      switch part {
      case .length:
        try takeDigit(bytes[used])
        used += 1
      case .message:
        let taken = bytes[used...].prefix(length - message.count)
        message += taken
        used += taken.count
      case .comma:
        guard bytes[used] == UInt8(ascii: ",") else {
          throw FrameFault("a netstring of \(length) bytes without a comma behind it")
        }
        defer { self = NetstringFrames() }
        return (used + 1, message)
      }
      if part == .message, message.count == length { part = .comma }
    }
    return (used, nil)
  }

  private mutating func takeDigit(_ byte: UInt8) throws(FrameFault) {
    if byte == UInt8(ascii: ":"), digits > 0 {
      part = .message
      return
    }
    guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte), digits == 0 || length > 0 else {
      throw FrameFault("what is no netstring: it begins with its length and a colon, as in 5:hello,")
    }
    length = length * 10 + Int(byte - UInt8(ascii: "0"))
    digits += 1
    if length > FrameFormat.longest {
      throw FrameFault("the length of a netstring of more than \(FrameFormat.longest) bytes")
    }
  }

  mutating func end() throws(FrameFault) -> [UInt8]? {
    if digits > 0 { throw .cut }
    return nil
  }
}
