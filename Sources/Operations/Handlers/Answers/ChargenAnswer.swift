import SocketLoop
import Sockets
import Transfer

/// `--chargen`: lines of characters without end (RFC 864).
package struct ChargenAnswer: Answer {
  /// The longest datagram, by the RFC.
  private static let longestDatagram = 512

  nonisolated init() {}

  package func serve(_ connection: AnsweredConnection) async -> Relay.Ending {
    await connection.send(ChargenStream(piece: connection.stream.keepsMessageBoundaries ? ChargenStream.line : .max))
  }

  package func reply(to datagram: UnsafeRawBufferPointer) -> DatagramReply {
    .bytes(Array(ChargenStream.pattern.prefix(.random(in: 0...Self.longestDatagram))))
  }

  /// A peer that has seen enough closes, which is the only end of such a connection.
  package var endsByReset: Bool { true }
}

/// Lines of 72 of the 95 printing characters of ASCII, each beginning with the next character.
@LoopActor
final class ChargenStream: SourceStream {
  /// The length of a line, CR LF included.
  nonisolated static let line = 74

  /// The 95 lines after which they repeat.
  nonisolated static let pattern: [UInt8] = (0..<95).flatMap { first in
    (0..<72).map { UInt8(0x20 + (first + $0) % 95) } + [0x0d, 0x0a]
  }

  /// How much one read returns at most.
  private let piece: Int
  private var position = 0

  nonisolated init(piece: Int) { self.piece = piece }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> IOResult {
    let wanted = min(buffer.count, piece)
    var count = 0
    while count < wanted {
      let part = min(wanted - count, Self.pattern.count - position)
      Self.pattern.withUnsafeBytes {
        UnsafeMutableRawBufferPointer(rebasing: buffer[count..<(count + part)])
          .copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[position..<(position + part)]))
      }
      count += part
      position = (position + part) % Self.pattern.count
    }
    return .moved(count)
  }

  func placeToRead() throws(LoopError) -> Suspension? { nil }
}
