import SocketLoop
import Sockets

/// Moves one direction of a transfer, from a source to a sink, until the source ends. It is the only writer of streams.
///
/// Memory is bounded: no more is taken from the source than one buffer (or pipe) holds until the sink has taken it.
/// Nothing that was taken is dropped: ``stop()`` ends the reading, and what was read is still written.
@LoopActor
package final class Pump {
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

  /// What happens to the bytes on their way.
  package struct Settings {
    /// Counts what passes.
    package var flow = Flow()
    /// Changes what passes.
    package var filter: (any ByteFilter)?
    /// Sees what passes, as it was read.
    package var tap: (any ByteTap)?
    /// How many bytes may pass in a second; nil for no limit.
    package var rate: RateLimit?
    /// How much of the source is read.
    package var limit = ReadLimit()
    /// Who else writes to the same sink: what one read brought is then written in one piece.
    package var turns: WriteTurns?

    package init() {}
  }

  let source: any ByteStream
  let sink: any ByteStream
  let settings: Settings
  /// What it has moved.
  package var flow: Flow { settings.flow }
  /// How much it reads.
  package var limit: ReadLimit { settings.limit }
  private(set) var isStopping = false
  /// By ``finish(taking:)``: the end that is met next is not the source's.
  private var takesNoMore = false
  private(set) var isAbandoned = false
  /// By ``fail(_:)``.
  private(set) var givenUp: SystemError?
  /// Where it waits, and for which end.
  var waiting: (place: Suspension, end: Awaited)?
  /// Whether the sink has no room for what it has, or for what its source has.
  package var isHeldUpBySink: Bool {
    if case .sink = waiting?.end { return true }
    return settings.turns != nil && isHolding
  }
  /// What a call returned that was made while the task slept.
  enum Found { case result(IOResult), error(SystemError) }
  var ahead: Found?
  /// While it copies short messages.
  var short: ShortMessages?
  /// What is known of the writer to the pipe that is the source.
  var writer = PipeWriter()
  /// What it has read is not all written.
  var isHolding = false
  /// Whether the source is known to have more, or something was read and not written.
  package var isIncomplete: Bool { isHolding || limit.leaves(of: source) }
  /// Which calls move the bytes: for `-v` and for tests.
  private(set) var path: TransferPath
  private var pages: TransferPath.Pages?

  package init(from source: any ByteStream, to sink: any ByteStream, _ settings: Settings = Settings()) {
    self.source = source
    self.sink = sink
    self.settings = settings
    // What is to be dropped first has to be read.
    let mustCopy =
      settings.filter != nil || settings.tap != nil || settings.turns != nil || settings.limit.unskipped > 0
    (path, pages) = TransferPath.between(source.pages, sink.pages, mustCopy: mustCopy)
    if source.messages != nil { path = .messages }
  }

  /// Ends the pump once what has arrived by now is written: `count` bytes that the kernel holds for the source.
  package func finish(taking count: Int) {
    if count == 0 { return stop() }
    takesNoMore = true
    limit.end(after: count)
  }

  /// Ends the pump once what it has read is written.
  package func stop() {
    isStopping = true
    // What was read still has to go.
    if case .sink(holdingBytes: true) = waiting?.end { return }
    waiting?.place.cancel()
    source.messages?.interrupt()
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
    if flow.digest != nil, path != .messages { fallBack() }
    source.pages?.noteSize()
    do throws(Interruption) {
      while true {
        guard let pages else {
          if path == .messages { try await carryMessages() } else { try await copy() }
          continue
        }
        switch path {
        case .splice: try await splice(pages)
        case .spliceThroughPipe: try await spliceThroughPipe(pages)
        case .sendFile: try await sendFile(pages)
        case .discard: try await discard(pages)
        case .copy, .messages: fallBack()
        }
      }
    } catch {
      guard case .sourceEnded = error.ending else { return error.ending }
      // A source that is known to have had no more has ended all the same.
      if takesNoMore, limit.remaining == 0, source.remaining != 0 { return .stopped }
      if limit.remaining > 0, let shrinkage = source.pages?.shrinkage() { return .sourceFailed(shrinkage) }
      return .sourceEnded
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

  /// Whether the next call has to wait until the rate allows it. If not, nothing is awaited between two blocks.
  var isLimited: Bool { settings.rate != nil }

  /// How many bytes the next call may take from the source, of `wanted` at most; 0 where no more are to be taken.
  func atMost(_ wanted: Int) -> Int { min(wanted, limit.remaining) }

  /// The same, once the rate allows something.
  func allowance(_ wanted: Int) async throws(Interruption) -> Int {
    guard let rate = settings.rate else { return atMost(wanted) }
    let allowed: Int
    do throws(WaitError) {
      allowed = try await rate.allowance()
    } catch {
      throw Interruption(ending: isStopping && !Task.isCancelled ? .stopped : .cancelled)
    }
    if isStopping { throw Interruption(ending: .stopped) }
    return min(wanted, allowed, limit.remaining)
  }

  func rateUsed(_ count: Int) { settings.rate?.used(count) }

  /// So many bytes were taken from the source by a call that moves pages; those of read(2) are counted by the limit.
  func took(_ count: Int) {
    settings.rate?.used(count)
    limit.took(count)
  }

  /// So many bytes went from the source to the sink by one such call.
  func carried(_ count: Int) {
    took(count)
    flow.moved(count)
  }

  func fallBack() { (path, pages) = (.copy, nil) }

  /// Whether the kernel refuses the call itself, for these ends.
  static func isRefusal(_ error: SystemError) -> Bool {
    error.number == .invalidArgument || error.number == .notImplemented || error.number == .notSupported
  }

  /// Ends the pump although it holds bytes that the sink does not take.
  package func abandon() {
    stop()
    isAbandoned = true
    waiting?.place.cancel()
    if path == .messages { sink.connection?.watch.interruptWriting() }
  }

  /// Ends the pump because its sink takes nothing for too long: it fails with this error.
  func fail(_ error: SystemError) {
    givenUp = error
    waiting?.place.cancel()
  }
}
