import SocketLoop
import Sockets
import Transfer

/// The two lines of a resumed transfer, over a fresh connection.
@LoopActor
struct ResumeExchange {
  let stream: any ByteStream
  let peer: Peer

  func send(_ line: ResumeLine) async throws(OperationError) {
    do throws(LoopError) {
      try await stream.writeAll(Array("\(line)\n".utf8))
    } catch {
      throw failure(error, within: nil)
    }
  }

  /// Takes the peer's line, and not a byte that stands behind it.
  func receive(within limit: Duration?) async throws(OperationError) -> ResumeLine {
    let deadline = MonotonicTime.after(limit)
    var line: [UInt8] = []
    let beginning = Array(ResumeLine.beginning.utf8)
    while line.last != 0x0a {
      let next: UInt8?
      do throws(LoopError) {
        // One by one: what follows belongs to the file.
        next = try await stream.readByte(until: deadline)
      } catch {
        throw failure(error, within: limit)
      }
      guard let byte = next else {
        // Whoever was stopped just then has said nothing wrong.
        throw OperationError(
          .connectionLost, "\(peer) ended before it told how much it has: \(Self.advice)")
      }
      line.append(byte)
      // Whoever does not resume sends its file, which no one has to read to its first line end.
      guard line.count <= ResumeLine.longest, line.starts(with: beginning.prefix(line.count)) else {
        throw OperationError(.peerProtocol, "\(peer) does not tell how much it has: \(Self.advice)")
      }
    }
    guard let text = String(validating: line.dropLast(), as: UTF8.self), let said = ResumeLine(text) else {
      throw OperationError(.peerProtocol, "\(peer) does not tell how much it has: \(Self.advice)")
    }
    return said
  }

  private static let advice = "it has to be a sock with --resume too"

  private func failure(_ error: LoopError, within limit: Duration?) -> OperationError {
    switch error {
    case .cancelled: .cancelled
    case .timedOut:
      OperationError(
        .peerProtocol,
        "\(peer) has not told within \(limit.map(describe) ?? "its time") how much it has: \(Self.advice)")
    case .system(let error):
      OperationError(.connectionLost, "connection with \(peer) lost: \(error.number)", errorNumber: error.number)
    }
  }
}
