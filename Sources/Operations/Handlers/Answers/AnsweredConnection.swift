import SocketLoop
import Sockets
import Transfer

/// A connection to answer, and the means that the answers have in common.
@LoopActor
package struct AnsweredConnection {
  let stream: any ByteStream
  let peer: Peer
  let options: ConnectionOptions
  /// `--peer-timeout`.
  let patience: Duration
  let taps: TapSet
  /// Discards what is written to it.
  let null: DescriptorStream
  /// Counts what is sent.
  let sent = ByteCounter()
  /// Counts what is received.
  let received = ByteCounter()
  let warn: @LoopActor (String) -> Void

  /// How long an orderly close may take.
  private static let closing: Duration = .seconds(5)
  /// The same at the end of the run.
  private static let hurriedClosing: Duration = .seconds(1)

  /// The settings of a pump to the peer.
  var sending: Pump.Settings {
    var settings = Pump.Settings()
    settings.counter = sent
    settings.tap = taps.sent(to: peer)
    settings.rate = options.sendRate.map { RateLimit(bytesPerSecond: $0) }
    return settings
  }

  /// The settings of a pump from the peer.
  var receiving: Pump.Settings {
    var settings = Pump.Settings()
    settings.counter = received
    settings.tap = taps.received(from: peer)
    settings.rate = options.receiveRate.map { RateLimit(bytesPerSecond: $0) }
    return settings
  }

  /// Sends all that a stream has, while what the peer sends is discarded, and closes the connection in good order.
  ///
  /// A peer may speak before it listens: what it says must not meet a closed connection, since the reset could destroy
  /// the answer. So a peer that does not end is given a second of silence.
  func send(_ source: any ByteStream) async -> Relay.Ending {
    var rules = RelayRules()
    rules.idle = options.idleTimeout
    rules.left.quiet = .seconds(1)
    rules.right.onEnd = .keep
    if stream.connection?.socket.traits.contains(.noHalfClose) == true { rules.right.onEnd = .close }
    let relay = Relay(
      Relay.Side(input: source, output: null, watchesOutput: false), Relay.Side(stream), toRight: sending,
      toLeft: receiving, rules: rules)
    relay.warn = warn
    return await relay.run()
  }

  /// Runs a pump that has the peer at one end or at both, within the limit of `--idle`.
  ///
  /// - Returns: how it ended; finished once its source has ended.
  func run(_ pump: Pump) async -> Relay.Ending {
    guard let idle = options.idleTimeout else { return Self.ending(of: await pump.run()) }
    return await withTaskGroup(of: Relay.Ending?.self) { group in
      group.addTask(executorPreference: EventLoop.shared) { await Self.ending(of: pump.run()) }
      group.addTask(executorPreference: EventLoop.shared) {
        await pump.counter.silence(lasting: idle) ? .idle : nil
      }
      var ending: Relay.Ending?
      while ending == nil, let next = await group.next() { ending = next }
      group.cancelAll()
      return ending ?? .cancelled
    }
  }

  private nonisolated static func ending(of ending: Pump.Ending) -> Relay.Ending {
    switch ending {
    case .sourceEnded, .stopped: .finished
    case .sourceFailed(let error): .inputFailed(.right, error)
    case .sinkFailed(let error): .outputFailed(.right, error)
    case .cancelled: .cancelled
    }
  }

  /// Closes the connection.
  ///
  /// - Parameter afterEnd: whether all that the peer has sent was read, to its end. Nothing can make a reset of such a
  ///   close then, so the kernel is left to deliver the rest.
  /// - Returns: the ending, or what else went wrong.
  func close(after ending: Relay.Ending, afterEnd: Bool) async -> Relay.Ending {
    let closing: StreamClosing =
      switch ending {
      case .finished where afterEnd && stream.socketStream === stream: .atOnce
      case .finished, .idle: .delivered(within: Self.closing)
      case .cancelled: .delivered(within: Self.hurriedClosing)
      case .inputFailed(.right, _), .outputFailed(.right, _): .atOnce
      case .inputFailed, .outputFailed: .aborted(deliveringWithin: Self.closing)
      }
    let delivery = await stream.close(closing, afterEnd: afterEnd)
    if case .finished = ending, case .failed(let error) = delivery { return .outputFailed(.right, error) }
    return ending
  }
}
