import SocketLoop
import Sockets

/// Moves one direction of a stream, from a source to a sink, until the source ends.
///
/// Memory is bounded: no more is taken from the source than one buffer (or pipe) holds until the sink has taken it.
/// Nothing that was taken is dropped: ``stop()`` ends the reading, and what was read is still written.
@LoopActor
public final class Pump: Upward {
  /// How it ended.
  public enum Ending: Sendable {
    case sourceEnded
    /// By ``stop()``; all that was read is written.
    case stopped
    case sourceFailed(SystemError)
    case sinkFailed(SystemError)
    /// The task was cancelled, or an end was closed.
    case cancelled
  }

  let source: StreamEnd
  let sink: StreamEnd
  /// What it has moved.
  public let flow: Flow
  let filter: (any ByteFilter)?
  let tap: (any ByteTap)?
  private(set) var isStopping = false
  private var isAbandoned = false
  /// It waits for the sink, and holds nothing for it.
  private var waitsWithoutBytes = false
  let isShared: Bool
  /// Which calls move the bytes: for `-v` and for tests.
  private(set) var path: TransferPath

  /// - Parameters:
  ///   - filter: changes what passes.
  ///   - tap: sees what passes, as it was read.
  ///   - sharesSink: other pumps write to the same sink: what one read brought is then written in one piece.
  public init(
    from source: StreamEnd, to sink: StreamEnd, flow: Flow, filter: (any ByteFilter)? = nil,
    tap: (any ByteTap)? = nil, sharesSink isShared: Bool = false
  ) {
    self.source = source
    self.sink = sink
    self.flow = flow
    self.filter = filter
    self.tap = tap
    path = .between(source, sink, mustCopy: filter != nil || tap != nil || isShared)
    self.isShared = isShared
  }

  /// Ends the pump once what it has read is written.
  public func stop() {
    isStopping = true
    source.watch.interruptReading()
    if waitsWithoutBytes { sink.watch.interruptWriting() }
  }

  /// Moves bytes until the source ends, an end fails, or it is stopped.
  public func run() async -> Ending {
    do throws(Interruption) {
      while true {
        switch path {
        case .copy: try await copy()
        case .splice: try await splice()
        case .spliceThroughPipe: try await spliceThroughPipe()
        case .sendFile: try await sendFile()
        case .discard: try await discard()
        }
      }
    } catch {
      return error.ending
    }
  }

  /// How a path ends; those that return instead have changed ``path`` to fall back.
  struct Interruption: Error { let ending: Ending }

  private var turns = 0

  /// Lets other tasks run now and then: an end that is always ready must not starve the other direction.
  func breathe() async {
    turns &+= 1
    if turns & 7 == 0 { await Task.yield() }
  }

  func fallBack() { path = .copy }

  /// Whether the kernel refuses the call itself, for these ends.
  static func isRefusal(_ error: SystemError) -> Bool {
    error.number == .invalidArgument || error.number == .notImplemented || error.number == .notSupported
  }

  /// Ends the pump although it holds bytes that the sink does not take.
  public func abandon() {
    stop()
    isAbandoned = true
    sink.watch.interruptWriting()
  }

  /// Waits for the source.
  ///
  /// Nothing may be held back then: a stop ends the pump here.
  func waitForSource() async throws(Interruption) {
    if isStopping { throw Interruption(ending: .stopped) }
    do throws(LoopError) {
      try await source.watch.readable()
    } catch {
      throw interruption(error, ofSource: true)
    }
  }

  /// Waits for the sink, with or without bytes in hand.
  func waitForSink(holdingBytes: Bool) async throws(Interruption) {
    if isStopping, !holdingBytes { throw Interruption(ending: .stopped) }
    waitsWithoutBytes = !holdingBytes
    defer { waitsWithoutBytes = false }
    while true {
      do throws(LoopError) {
        return try await sink.watch.writable()
      } catch {
        // stop() on a watch that both directions share interrupts this wait too, and the bytes still have to go.
        if case .cancelled = error, mustDeliver(holdingBytes) { continue }
        throw interruption(error, ofSource: false)
      }
    }
  }

  private func mustDeliver(_ holdingBytes: Bool) -> Bool {
    isStopping && holdingBytes && !isAbandoned && !Task.isCancelled && !sink.watch.isClosed
  }

  private func interruption(_ error: LoopError, ofSource: Bool) -> Interruption {
    switch error {
    case .system(let error): Interruption(ending: ofSource ? .sourceFailed(error) : .sinkFailed(error))
    case .timedOut, .cancelled: Interruption(ending: isStopping && !Task.isCancelled ? .stopped : .cancelled)
    }
  }
}
