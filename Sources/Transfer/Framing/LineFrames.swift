import Glibc

/// A message is a line. The line feed belongs to the frame, unless the message brings its own.
struct LineFrames: FrameCodec {
  private var line: [UInt8] = []

  static func encode(_ message: UnsafeRawBufferPointer) throws(FrameFault) -> [UInt8] {
    try checkLength(message.count)
    var frame = [UInt8](message)
    if frame.last != 0x0a { frame.append(0x0a) }
    return frame
  }

  mutating func take(_ bytes: UnsafeRawBufferPointer) throws(FrameFault) -> (used: Int, message: [UInt8]?) {
    let feed = bytes.baseAddress.flatMap { base in
      memchr(base, 0x0a, bytes.count).map { UnsafeRawPointer($0) - base }
    }
    let part = bytes.prefix(feed ?? bytes.count)
    if line.count + part.count > FrameFormat.longest {
      throw FrameFault("a line of more than \(FrameFormat.longest) bytes")
    }
    line += part
    guard feed != nil else { return (bytes.count, nil) }
    defer { line = [] }
    return (part.count + 1, line)
  }

  /// What follows the last line feed is a line, too.
  mutating func end() -> [UInt8]? {
    defer { line = [] }
    return line.isEmpty ? nil : line
  }
}
