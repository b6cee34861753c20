/// How messages are marked in a stream of bytes, so that the other end of the stream finds where each one ends.
package enum FrameFormat: String, Sendable, CaseIterable {
  case line, length, netstring, slip

  /// The type that writes and reads this format.
  var codec: any FrameCodec.Type {
    switch self {
    case .line: LineFrames.self
    case .length: LengthFrames.self
    case .netstring: NetstringFrames.self
    case .slip: SLIPFrames.self
    }
  }

  /// The most bytes of a message.
  package static let longest = 65_536
}

/// Writes messages as frames, and finds the messages in a stream of frames, however its reads split them.
protocol FrameCodec: Sendable {
  /// A decoder at the beginning of a stream.
  init()

  /// A message as a frame.
  static func encode(_ message: UnsafeRawBufferPointer) throws(FrameFault) -> [UInt8]

  /// Takes the next bytes of the stream, up to the end of the message that they are part of.
  ///
  /// - Returns: how many bytes were taken, and the message, once it is complete. The last byte of a frame completes it.
  mutating func take(_ bytes: UnsafeRawBufferPointer) throws(FrameFault) -> (used: Int, message: [UInt8]?)

  /// Called at the end of the stream.
  ///
  /// - Returns: a last message that needs no further bytes.
  mutating func end() throws(FrameFault) -> [UInt8]?
}

extension FrameCodec {
  static func checkLength(_ count: Int, most: Int = FrameFormat.longest) throws(FrameFault) {
    if count > most { throw FrameFault("a message of \(count) bytes: a frame holds \(most) at most") }
  }
}

/// What is wrong with a frame: what a peer sent, as the object of a sentence.
package struct FrameFault: Error, Hashable, Sendable {
  package let message: String
  init(_ message: String) { self.message = message }

  static let cut = FrameFault("an end in the middle of a frame")
}
