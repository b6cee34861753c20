import SocketLoop
import Sockets

/// Moves one direction of a stream, from a source to a sink, until the source ends.
///
/// Memory is bounded: no more is taken from the source than one buffer (or pipe) holds until the sink has taken it.
/// Nothing that was taken is dropped: ``stop()`` ends the reading, and what was read is still written.
@LoopActor
package final class Pump: Upward {
  /// How it ended.
  package enum Ending: Sendable {
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
  package let flow: Flow
  let filter: (any ByteFilter)?
  let tap: (any ByteTap)?
  private let rate: RateLimit?
  private(set) var isStopping = false
  /// By ``finish(taking:)``: the end that is met next is not the source's.
  private var takesNoMore = false
  private(set) var isAbandoned = false
  /// Where it waits, and for which end.
  var waiting: (place: Suspension, end: Awaited)?
  /// Whether it has bytes, or its source has, and the sink has no room for them.
  package var isHeldUpBySink: Bool {
    if case .sink = waiting?.end { return true }
    return isShared && isHolding
  }
  /// What a call said that was made while the task slept.
  enum Found { case result(IOResult), error(SystemError) }
  var ahead: Found?
  /// While it copies short messages.
  var short: ShortMessages?
  /// What is known of who writes to the pipe that is the source.
  var writer = PipeWriter()
  let isShared: Bool
  /// What it has read is not all written.
  var isHolding = false
  /// A file has more, or something was read and not written.
  package var isIncomplete: Bool { isHolding || source.hasMoreOfFile }
  /// Which calls move the bytes: for `-v` and for tests.
  private(set) var path: TransferPath

  /// - Parameters:
  ///   - filter: changes what passes.
  ///   - tap: sees what passes, as it was read.
  ///   - rate: how many bytes may pass in a second; nil for no limit.
  ///   - sharesSink: other pumps write to the same sink: what one read brought is then written in one piece.
  package init(
    from source: StreamEnd, to sink: StreamEnd, flow: Flow, filter: (any ByteFilter)? = nil,
    tap: (any ByteTap)? = nil, rate: RateLimit? = nil, sharesSink isShared: Bool = false
  ) {
    self.rate = rate
    self.source = source
    self.sink = sink
    self.flow = flow
    self.filter = filter
    self.tap = tap
    path = .between(source, sink, mustCopy: filter != nil || tap != nil || isShared)
    self.isShared = isShared
  }

  /// Ends the pump once what has arrived by now is written: `count` bytes that the kernel holds for the source.
  package func finish(taking count: Int) {
    if count == 0 { return stop() }
    takesNoMore = true
    source.endAfter(count)
  }

  /// Ends the pump once what it has read is written.
  package func stop() {
    isStopping = true
    source.watch.interruptReading()
    if case .sink(holdingBytes: false) = waiting?.end { sink.watch.interruptWriting() }
  }

  /// Moves bytes until the source ends, an end fails, or it is stopped.
  package func run() async -> Ending {
    // Once for all waits: see wait(for:).
    await withTaskCancellationHandler {
      await carry()
    } onCancel: {
      EventLoop.shared.perform { LoopActor.assumeIsolated { self.waiting?.place.cancel() } }
    }
  }

  private func carry() async -> Ending {
    // Pages that never come to us cannot be summed up.
    if flow.digest != nil { path = .copy }
    source.noteExtent()
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
      guard case .sourceEnded = error.ending else { return error.ending }
      if takesNoMore, source.remaining == 0 { return .stopped }
      return source.shrinkage().map { .sourceFailed($0) } ?? .sourceEnded
    }
  }

  /// How a path ends; those that return instead have changed ``path`` to fall back.
  struct Interruption: Error { let ending: Ending }

  private var turns = 0

  /// Whether other tasks are to run now: an end that is always ready must not starve the other direction.
  func isTimeToYield() -> Bool {
    turns &+= 1
    return turns & 7 == 0
  }

  /// Whether the next call has to wait for its turn. Where it has not, nothing is awaited between two blocks.
  var isLimited: Bool { rate != nil }

  /// How many bytes the next call may take from the source, of `wanted` at most; 0 where no more are to be taken.
  func atMost(_ wanted: Int) -> Int { min(wanted, source.remaining) }

  /// The same, once the rate allows something.
  func allowance(_ wanted: Int) async throws(Interruption) -> Int {
    guard let rate else { return atMost(wanted) }
    let allowed: Int
    do throws(WaitError) {
      allowed = try await rate.allowance()
    } catch {
      throw Interruption(ending: isStopping && !Task.isCancelled ? .stopped : .cancelled)
    }
    if isStopping { throw Interruption(ending: .stopped) }
    return min(wanted, allowed, source.remaining)
  }

  func rateUsed(_ count: Int) { rate?.used(count) }

  /// So many bytes were taken from the source by a call that moves pages; read(2)'s are counted by the source.
  func took(_ count: Int) {
    rate?.used(count)
    source.took(count)
  }

  /// So many bytes went from the source to the sink by one such call.
  func carried(_ count: Int) {
    took(count)
    flow.moved(count)
  }

  func fallBack() { path = .copy }

  /// Whether the kernel refuses the call itself, for these ends.
  static func isRefusal(_ error: SystemError) -> Bool {
    error.number == .invalidArgument || error.number == .notImplemented || error.number == .notSupported
  }

  /// Ends the pump although it holds bytes that the sink does not take.
  package func abandon() {
    stop()
    isAbandoned = true
    sink.watch.interruptWriting()
  }
}
