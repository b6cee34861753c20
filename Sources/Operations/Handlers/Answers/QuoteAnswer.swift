import SocketLoop
import Transfer

/// `--qotd FILE`: one of the quotes of a file (RFC 865), in the format of `fortune(6)`.
package final class QuoteAnswer: Answer {
  private let file: AnswerFile
  private var quotes: [[UInt8]] = []

  /// The longest quote in a datagram, by the RFC.
  private static let longestDatagram = 512

  nonisolated init(_ file: AnswerFile) { self.file = file }

  package func prepare(overDatagrams: Bool) async throws(OperationError) {
    quotes = Self.quotes(in: try await file.contents())
    if overDatagrams { quotes = quotes.filter { $0.count <= Self.longestDatagram } }
    if quotes.isEmpty {
      throw OperationError(
        .usage,
        overDatagrams
          ? "\(file): no quote in it is of 512 bytes or less, which is what fits into a datagram"
          : "\(file): there is no quote in it: write some, with lines of a single % between them")
    }
  }

  /// The texts between lines of a single `%`; without such lines, the whole file.
  nonisolated static func quotes(in contents: [UInt8]) -> [[UInt8]] {
    var quotes: [[UInt8]] = []
    var quote: [UInt8] = []
    var rest = contents[...]
    while !rest.isEmpty {
      let end = rest.firstIndex(of: 0x0a).map { $0 + 1 } ?? rest.endIndex
      let line = rest[..<end]
      rest = rest[end...]
      let isSeparator = line.first == UInt8(ascii: "%") && line.dropFirst().allSatisfy { $0 == 0x0a || $0 == 0x0d }
      if isSeparator {
        quotes.append(quote)
        quote = []
      } else {
        quote += line
      }
    }
    return (quotes + [quote]).filter { !$0.isEmpty }
  }

  package func serve(_ connection: AnsweredConnection) async -> Relay.Ending {
    await connection.send(MemoryStream(quotes.randomElement() ?? []))
  }

  package func reply(to datagram: UnsafeRawBufferPointer) -> DatagramReply { .bytes(quotes.randomElement() ?? []) }
}
