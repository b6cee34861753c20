import SocketLoop
import Transfer

/// `--discard`: discards what comes (RFC 863); `--drop`: and closes after so many bytes.
package struct DiscardAnswer: Answer {
  /// After how many bytes the connection is closed; nil for when the peer ends.
  private let limit: Int?

  nonisolated init(limit: Int? = nil) { self.limit = limit }

  package func serve(_ connection: AnsweredConnection) async -> Relay.Ending {
    let settings = connection.receiving
    if let limit { settings.limit.end(after: limit) }
    let ending = await connection.run(Pump(from: connection.stream, to: connection.null, settings))
    if limit != nil, case .finished = ending {
      // As a server that crashes: what it has not read makes a reset of it.
      _ = await connection.stream.close(.atOnce, afterEnd: false)
      return .finished
    }
    let hasEnded = if case .finished = ending { true } else { false }
    return await connection.close(after: ending, afterEnd: hasEnded)
  }
}
