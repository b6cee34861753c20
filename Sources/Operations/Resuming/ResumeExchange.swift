import SocketLoop
import Sockets
import Transfer

/// The two lines of the `--resume` protocol, exchanged over a new connection.
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

  /// Receives the peer's line, and not a byte beyond it.
  func receive(within limit: Duration?) async throws(OperationError) -> ResumeLine {
    let deadline = MonotonicTime.after(limit)
    var line: [UInt8] = []
    let beginning = Array(ResumeLine.beginning.utf8)
    while line.last != 0x0a {
      let next: UInt8?
      do throws(LoopError) {
        // Byte by byte: what follows the line belongs to the file.
        next = try await stream.readByte(until: deadline)
      } catch {
        throw failure(error, within: limit)
      }
      guard let byte = next else {
        // Not a protocol error: the peer may have been stopped at this moment.
        throw OperationError(
          .connectionLost, "\(peer) ended the connection without saying how much it has: \(Self.advice)")
      }
      line.append(byte)
      // A peer without `--resume` sends its file. Notice that at the first wrong byte, not at the end of the file's
      // first line.
      guard line.count <= ResumeLine.longest, line.starts(with: beginning.prefix(line.count)) else {
        throw OperationError(.peerProtocol, "\(peer) does not say how much it has: \(Self.advice)")
      }
    }
    guard let text = String(validating: line.dropLast(), as: UTF8.self), let said = ResumeLine(text) else {
      throw OperationError(.peerProtocol, "\(peer) does not say how much it has: \(Self.advice)")
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
      stream.failure.map { OperationError($0, of: peer) }
        ?? OperationError(.connectionLost, "connection with \(peer) lost: \(error.number)", errorNumber: error.number)
    }
  }
}
