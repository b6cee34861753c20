/// SLIP (RFC 1055): an END byte in front of each message and behind it, which an escape replaces within. What is between two
/// END bytes and empty is no message.
struct SLIPFrames: FrameCodec {
  private static let (end, escape, escapedEnd, escapedEscape) = (
    UInt8(0xc0), UInt8(0xdb), UInt8(0xdc), UInt8(0xdd)
  )

  private var message: [UInt8] = []
  private var isEscaped = false

  static func encode(_ message: UnsafeRawBufferPointer) throws(FrameFault) -> [UInt8] {
    try checkLength(message.count)
    var frame = [end]
    frame.reserveCapacity(message.count + 16)
    for byte in message {
      switch byte {
      case end: frame += [escape, escapedEnd]
      case escape: frame += [escape, escapedEscape]
      default: frame.append(byte)
      }
    }
    frame.append(end)
    return frame
  }

  mutating func take(_ bytes: UnsafeRawBufferPointer) throws(FrameFault) -> (used: Int, message: [UInt8]?) {
    for (index, byte) in bytes.enumerated() {
      if isEscaped {
        try unescape(byte)
      } else if byte == Self.escape {
        isEscaped = true
      } else if byte == Self.end {
        if message.isEmpty { continue }
        defer { message = [] }
        return (index + 1, message)
      } else {
        message.append(byte)
      }
      if message.count > FrameFormat.longest {
        throw FrameFault("a SLIP frame of more than \(FrameFormat.longest) bytes")
      }
    }
    return (bytes.count, nil)
  }

  private mutating func unescape(_ byte: UInt8) throws(FrameFault) {
    switch byte {
    case Self.escapedEnd: message.append(Self.end)
    case Self.escapedEscape: message.append(Self.escape)
    default: throw FrameFault("an escape that SLIP does not have")
    }
    isEscaped = false
  }

  mutating func end() throws(FrameFault) -> [UInt8]? {
    if isEscaped || !message.isEmpty { throw .cut }
    return nil
  }
}
