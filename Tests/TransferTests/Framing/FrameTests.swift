import Testing

@testable import Transfer

@Suite struct FrameTests {
  private static let messages: [[UInt8]] = [
    [], [0x41], Array("hello".utf8), [0xc0, 0xdb, 0xdc, 0xdd, 0x00, 0xff], [UInt8](repeating: 0x2c, count: 300),
    [UInt8](repeating: 0xc0, count: 65_535),
  ]

  private static func encode(_ message: [UInt8], _ format: FrameFormat) throws -> [UInt8] {
    try message.withUnsafeBytes { try format.codec.encode($0) }
  }

  /// Decodes pieces of a stream, and its end.
  private static func decode(_ pieces: [ArraySlice<UInt8>], _ format: FrameFormat) throws -> [[UInt8]] {
    var decoder: any FrameCodec = format.codec.init()
    var messages: [[UInt8]] = []
    for piece in pieces {
      var rest = piece
      while !rest.isEmpty {
        let step = try rest.withUnsafeBytes { try decoder.take($0) }
        rest = rest.dropFirst(step.used)
        if let message = step.message { messages.append(message) }
      }
    }
    if let last = try decoder.end() { messages.append(last) }
    return messages
  }

  @Test("Every message comes back as it was, wherever reads split the stream", arguments: FrameFormat.allCases)
  func roundTrip(_ format: FrameFormat) throws {
    let messages = format == .slip ? Array(Self.messages.dropFirst()) : Self.messages
    let stream = try messages.flatMap { try Self.encode($0, format) }
    #expect(try Self.decode([stream[...]], format) == messages)
    for size in [1, 2, 3, 7, 1000] {
      let pieces = stride(from: 0, to: stream.count, by: size).map { stream[$0..<min($0 + size, stream.count)] }
      #expect(try Self.decode(pieces, format) == messages, "in pieces of \(size)")
    }
  }

  @Test("Frames have the bytes that their documents name")
  func bytes() throws {
    let table: [(FrameFormat, String, [UInt8])] = [
      (.line, "hello", Array("hello\n".utf8)), (.line, "hello\n", Array("hello\n".utf8)), (.line, "", [0x0a]),
      (.line, "a\nb", Array("a\nb\n".utf8)), (.length, "hello", [0, 5] + Array("hello".utf8)), (.length, "", [0, 0]),
      (.netstring, "hello world!", Array("12:hello world!,".utf8)), (.netstring, "", Array("0:,".utf8)),
      (.slip, "hi", [0xc0, 0x68, 0x69, 0xc0]),
    ]
    for (format, message, frame) in table {
      #expect(try Self.encode(Array(message.utf8), format) == frame, "\(format) of \(message.debugDescription)")
    }
    #expect(try Self.encode([0xc0, 0xdb], .slip) == [0xc0, 0xdb, 0xdc, 0xdb, 0xdd, 0xc0])
  }

  @Test("A line without a line feed at the end of the stream is a line")
  func lastLine() throws {
    #expect(try Self.decode([Array("a\nb".utf8)[...]], .line) == [[0x61], [0x62]])
  }

  @Test("What is no frame, is cut off, or is too long, is named")
  func broken() {
    let long = [UInt8](repeating: 0x61, count: FrameFormat.longest + 1)
    let table: [(FrameFormat, [UInt8], String)] = [
      (.line, long, "a line of more than 65536 bytes"), (.length, [0], "middle of a frame"),
      (.length, [0, 3, 1, 2], "middle of a frame"), (.netstring, Array("5:hell".utf8), "middle of a frame"),
      (.netstring, Array("5".utf8), "middle of a frame"), (.netstring, Array("hello".utf8), "is no netstring"),
      (.netstring, Array(":".utf8), "is no netstring"), (.netstring, Array("05:hello,".utf8), "is no netstring"),
      (.netstring, Array("-1:".utf8), "is no netstring"), (.netstring, Array("5:hello;".utf8), "without a comma"),
      (.netstring, Array("65537:".utf8), "of more than 65536"),
      (.netstring, Array("99999999999999999999:".utf8), "of more than 65536"),
      (.slip, [0x61, 0xdb, 0x61], "an escape"), (.slip, [0xc0, 0x61], "middle of a frame"),
      (.slip, [0xdb], "middle of a frame"), (.slip, long, "of more than 65536"),
    ]
    for (format, bytes, fault) in table {
      let thrown = #expect(throws: FrameFault.self) { try Self.decode([bytes[...]], format) }
      #expect(thrown?.message.contains(fault) == true, "\(format): \(String(describing: thrown))")
    }
    for format in FrameFormat.allCases {
      #expect(throws: FrameFault.self) { try Self.encode(long, format) }
    }
  }
}
