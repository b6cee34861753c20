/// Each message follows its length in two bytes, the higher one first: DNS over TCP (RFC 1035, section 4.2.2), RTP over TCP
/// (RFC 4571).
struct LengthFrames: FrameCodec {
  private var header: [UInt8] = []
  private var message: [UInt8] = []

  static func encode(_ message: UnsafeRawBufferPointer) throws(FrameFault) -> [UInt8] {
    try checkLength(message.count, most: 0xffff)
    return [UInt8(message.count >> 8), UInt8(message.count & 0xff)] + message
  }

  mutating func take(_ bytes: UnsafeRawBufferPointer) throws(FrameFault) -> (used: Int, message: [UInt8]?) {
    let first = bytes.prefix(2 - header.count)
    header += first
    guard header.count == 2 else { return (first.count, nil) }
    let part = bytes.dropFirst(first.count).prefix(Int(header[0]) << 8 + Int(header[1]) - message.count)
    message += part
    guard message.count == Int(header[0]) << 8 + Int(header[1]) else { return (first.count + part.count, nil) }
    defer { (header, message) = ([], []) }
    return (first.count + part.count, message)
  }

  mutating func end() throws(FrameFault) -> [UInt8]? {
    if !header.isEmpty { throw .cut }
    return nil
  }
}
