import SocketLoop
import Transfer

/// `--echo`: sends back what comes (RFC 862).
package struct EchoAnswer: Answer {
  nonisolated init() {}

  package func serve(_ connection: AnsweredConnection) async -> Relay.Ending {
    var settings = connection.receiving
    settings.tap = settings.tap.map { BothTaps(first: $0, second: connection.taps.sent(to: connection.peer)) }
    let rates = [connection.options.sendRate, connection.options.receiveRate].compactMap { $0 }
    settings.rate = rates.min().map { RateLimit(bytesPerSecond: $0) }
    // The pump copies short messages as they come, without waking this task, and splices bulk data.
    let pump = Pump(from: connection.stream, to: connection.stream, settings)
    let ending = await connection.run(pump)
    connection.sent.add(Int(clamping: settings.counter.bytes))
    let hasEnded = if case .finished = ending { true } else { false }
    return await connection.close(after: ending, afterEnd: hasEnded)
  }

  package func reply(to datagram: UnsafeRawBufferPointer) -> DatagramReply { .same }
}

/// What is received and sent at the same time, shown as both.
@LoopActor
private final class BothTaps: ByteTap {
  private let first: any ByteTap
  private let second: (any ByteTap)?

  init(first: any ByteTap, second: (any ByteTap)?) { (self.first, self.second) = (first, second) }

  func saw(_ bytes: UnsafeRawBufferPointer) async {
    await first.saw(bytes)
    await second?.saw(bytes)
  }
}
