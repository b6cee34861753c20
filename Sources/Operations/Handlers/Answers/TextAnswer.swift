import SocketLoop
import Sockets
import Transfer

/// `--reply`: a text or the contents of a file, then the end.
package final class TextAnswer: Answer {
  private enum Source: Sendable {
    case text([UInt8])
    /// Opened anew for each peer.
    case file(AnswerFile)
  }

  private var source: Source

  nonisolated init(_ value: AnswerValue) throws(OperationError) {
    guard value.bytes.first == UInt8(ascii: "@") else {
      source = .text(value.bytes)
      return
    }
    guard value.bytes.count > 1 else {
      throw OperationError(.usage, "\(value.option): '@' names no file: write a text, or @FILE")
    }
    source = .file(
      try AnswerFile(option: value.option, name: String(value.text.dropFirst()), bytes: Array(value.bytes.dropFirst())))
  }

  package func prepare(overDatagrams: Bool) async throws(OperationError) {
    if case .file(let file) = source {
      let bytes = overDatagrams ? try await file.contents() : try await file.contentsUnlessRegular()
      if let bytes { source = .text(bytes) }
    }
    if overDatagrams, case .text(let bytes) = source, bytes.count > ConnectionOptions.largestDatagram {
      throw OperationError(
        .usage,
        "--reply: \(describe(bytes: bytes.count)) do not fit into a datagram, which has room for"
          + " \(ConnectionOptions.largestDatagram)")
    }
  }

  package func checkRights() throws(OperationError) {
    if case .file(let file) = source { try file.checkRights() }
  }

  package func serve(_ connection: AnsweredConnection) async -> Relay.Ending {
    switch source {
    case .text(let bytes): return await connection.send(MemoryStream(bytes))
    case .file(let file):
      do throws(OperationError) {
        let stream = try file.open()
        let ending = await connection.send(stream)
        _ = await stream.close(.atOnce, afterEnd: true)
        return ending
      } catch {
        connection.warn(error.message)
        _ = await connection.stream.close(.abort, afterEnd: false)
        return .finished
      }
    }
  }

  package func reply(to datagram: UnsafeRawBufferPointer) -> DatagramReply {
    if case .text(let bytes) = source { .bytes(bytes) } else { .nothing }
  }
}
