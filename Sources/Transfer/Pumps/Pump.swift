import SocketLoop
import Sockets

/// Moves bytes from a source to a sink, in one direction, until the source ends. Relays write to streams only through
/// pumps.
///
/// Memory use is bounded: the pump takes one buffer (or pipe) of data from the source, and no more until the sink has
/// taken it. Nothing that was read is dropped: ``stop()`` ends reading, and what was read is still written.
///
/// It has a task only while there is work that must wait in between; see `Pump+Resting.swift`.
@LoopActor
package final class Pump {
  /// How the pump ended.
  package enum Ending: Sendable {
    case sourceEnded
    /// ``stop()`` was called, and everything read has been written.
    case stopped
    case sourceFailed(SystemError)
    case sinkFailed(SystemError)
    /// The task was cancelled, or one of the streams was closed.
    case cancelled
  }

  /// What happens to the bytes on their way through.
  package struct Settings {
    /// Counts the bytes.
    package var counter = ByteCounter()
    /// Transforms the bytes.
    package var filter: (any ByteFilter)?
    /// Observes the bytes as they were read, before the filter.
    package var tap: (any ByteTap)?
    /// Limits the bytes per second; nil for no limit.
    package var rate: RateLimit?
    /// Limits how much of the source is read.
    package var limit = ReadLimit()
    /// Set when several pumps write to the same sink: each read is then written in one piece, in turn.
    package var turns: WriteTurns?

    package init() {}
  }

  let source: any ByteStream
  let sink: any ByteStream
  let settings: Settings
  /// Counts what has been moved.
  package var counter: ByteCounter { settings.counter }
  /// Limits how much is read.
  package var limit: ReadLimit { settings.limit }
  private(set) var isStopping = false
  /// Set by ``finish(taking:)``: reaching the limit then is not the source's own end.
  private var takesNoMore = false
  private(set) var isAbandoned = false
  /// Set by ``fail(_:)``.
  private(set) var givenUp: SystemError?
  /// The task that moves the bytes; nil while the pump rests.
  var work: Task<Void, Never>?
  /// Called once, when the pump ends; nil before it starts and after it has ended.
  var whenEnded: (@LoopActor (Ending) -> Void)?
  private(set) var isCancelled = false
  /// Whether the pump can do without a task while it waits for its source.
  private(set) var mayRest = false
  /// What the pump has to do first when its task starts, because it could not be done at once while it rested.
  var unfinished: Unfinished?
  /// Where the pump is waiting, and for which end.
  var waiting: (place: Suspension, end: Awaited)?
  /// Whether the pump is waiting for the sink to make room.
  package var isHeldUpBySink: Bool {
    if case .sink = waiting?.end { return true }
    return settings.turns != nil && isHolding
  }
  /// The result of a call made while the task slept, for the task to act on.
  enum Found { case result(IOResult), error(SystemError) }
  var ahead: Found?
  /// Set while short messages are copied.
  var short: ShortMessages?
  /// What is known about the process that writes to the source, if that is a pipe.
  var writer = PipeWriter()
  /// The pipe that bytes are spliced through, while much is moved that way.
  var pipe: SplicePipe?
  /// Whether it is this pump's turn to write to a sink that it shares.
  var hasTurn = false
  /// Whether a pump is moving bytes while it rests.
  static var isStepping = false
  /// Whether bytes have been read and not yet written.
  var isHolding = false
  /// Whether the source is known to have more, or bytes have been read and not yet written.
  package var isIncomplete: Bool { isHolding || pipe?.count ?? 0 > 0 || limit.leaves(of: source) }
  /// Which calls move the bytes.
  private(set) var path: TransferPath
  private(set) var pages: TransferPath.Pages?

  package init(from source: any ByteStream, to sink: any ByteStream, _ settings: Settings = Settings()) {
    self.source = source
    self.sink = sink
    self.settings = settings
    // Skipped bytes have to be read first, and the end has to be found in what is read.
    let mustCopy =
      settings.filter != nil || settings.tap != nil || settings.turns != nil || settings.limit.unskipped > 0
      || settings.limit.marker != nil
    (path, pages) = TransferPath.between(source.pages, sink.pagesToWrite, mustCopy: mustCopy)
    if source.messages != nil { path = .messages }
  }

  /// Ends the pump once what has arrived so far is written: `count` bytes that the kernel already holds for the source.
  package func finish(taking count: Int) {
    if count == 0 { return stop() }
    takesNoMore = true
    limit.end(after: count)
  }

  /// Ends the pump once everything it has read is written.
  package func stop() {
    isStopping = true
    // What was read must still be written.
    if case .sink(holdingBytes: true) = waiting?.end { return }
    waiting?.place.cancel()
    source.messages?.interrupt()
  }

  /// A pump for what its source has kept back, now that this one has ended.
  var successor: Pump {
    var settings = settings
    if takesNoMore { settings.limit = ReadLimit() }
    return Pump(from: source, to: sink, settings)
  }

  /// Moves bytes until the source ends, either end fails, or the pump is stopped.
  package func run() async -> Ending {
    await withTaskCancellationHandler {
      await withUnsafeContinuation { continuation in start { continuation.resume(returning: $0) } }
    } onCancel: {
      EventLoop.shared.perform { LoopActor.assumeIsolated { self.cancel() } }
    }
  }

  /// Starts to move bytes, as ``run()`` does, and calls `ended` once, possibly before this returns.
  package func start(_ ended: @escaping @LoopActor (Ending) -> Void) {
    whenEnded = ended
    // A digest needs the bytes in user space.
    if counter.digest != nil, path != .messages { fallBack() }
    source.pages?.noteSize()
    mayRest = restsAtAll
    if mayRest { rest(isDrained: false) } else { beginWork() }
  }

  /// Ends the pump as soon as possible, with ``Ending/cancelled``.
  package func cancel() {
    if isCancelled { return }
    isCancelled = true
    work?.cancel()
    waiting?.place.cancel()
  }

  /// Moves bytes until the pump ends, or can rest (nil).
  func carry() async -> Ending? {
    do throws(Interruption) {
      try await finishUnfinished()
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
      guard let ending = error.ending else { return nil }
      let judged = judge(ending)
      if case .sourceEnded = judged, let failure = await source.failureAtEnd() { return .sourceFailed(failure) }
      return judged
    }
  }

  /// What the end of the source amounts to.
  func judge(_ ending: Ending) -> Ending {
    guard case .sourceEnded = ending else { return ending }
    // The limit was reached, but if the source has nothing left either, it did end.
    if takesNoMore, limit.remaining == 0, source.remaining != 0 { return .stopped }
    if limit.remaining > 0, let shrinkage = source.pages?.shrinkage() { return .sourceFailed(shrinkage) }
    return .sourceEnded
  }

  /// Thrown by a path to end the pump, or its task. A path that returns instead has changed ``path``, or wants to start
  /// over.
  struct Interruption: Error {
    /// How the pump ends; nil if it goes on, and can rest until there is more to read.
    let ending: Ending?

    static let rest = Interruption(ending: nil)
  }

  private var turns = 0

  /// Whether to let other tasks run now: an end that is always ready must not starve the other direction.
  func isTimeToYield() -> Bool {
    turns &+= 1
    return turns & 7 == 0
  }

  /// Whether there is a rate limit. Without one, nothing is awaited between two blocks.
  var isLimited: Bool { settings.rate != nil }

  /// How many bytes the next call may take from the source, at most `wanted`; 0 once the read limit is reached.
  func atMost(_ wanted: Int) -> Int { min(wanted, limit.remaining) }

  /// The same, after waiting until the rate limit allows something.
  func allowance(_ wanted: Int) async throws(Interruption) -> Int {
    guard let rate = settings.rate else { return atMost(wanted) }
    let allowed: Int
    do throws(WaitError) {
      allowed = try await rate.allowance()
    } catch {
      throw Interruption(ending: isStopping && !isCancelled ? .stopped : .cancelled)
    }
    if isStopping { throw Interruption(ending: .stopped) }
    return min(wanted, allowed, limit.remaining)
  }

  func rateUsed(_ count: Int) { settings.rate?.used(count) }

  /// Records bytes taken from the source by splice(2) or the like. Those that are read are recorded by the limit
  /// itself.
  func took(_ count: Int) {
    settings.rate?.used(count)
    limit.took(count)
  }

  /// Records bytes that such a call moved all the way from the source to the sink.
  func carried(_ count: Int) {
    took(count)
    counter.add(count)
  }

  func fallBack() { (path, pages) = (.copy, nil) }

  /// Whether the error means that the kernel does not support the call for these descriptors.
  static func isRefusal(_ error: SystemError) -> Bool {
    error.number == .invalidArgument || error.number == .notImplemented || error.number == .notSupported
  }

  /// Ends the pump even though it holds bytes that the sink has not taken.
  package func abandon() {
    stop()
    isAbandoned = true
    waiting?.place.cancel()
    if path == .messages { sink.connection?.watch.interruptWriting() }
  }

  /// Ends the pump with this error of its sink, because the sink took nothing for too long.
  func fail(_ error: SystemError) {
    givenUp = error
    waiting?.place.cancel()
  }
}

extension Pump {
  /// What a pump waits for.
  enum Awaited {
    /// More data. The pump holds no unwritten bytes meanwhile, so a stop ends it here.
    case source
    case sink(holdingBytes: Bool)
  }

  /// Waits until an end may be ready.
  ///
  /// This is a single async frame without a cancellation handler of its own (``cancel()`` serves all waits). For
  /// every frame and handler the runtime looks up the executor again, which was most of the cost of a short message.
  ///
  /// - Parameter step: handles each readiness event without waking this task; see ``Suspension``.
  func wait(
    for end: Awaited, whileWaiting step: (@LoopActor () -> Bool)? = nil
  ) async throws(Interruption) {
    while let place = try place(for: end) {
      waiting = (place, end)
      let wake = await withUnsafeContinuation { place.park($0, onResume: step) }
      waiting = nil
      switch wake {
      case .resumed: return
      case .timedOut, .cancelled:
        if case .sink(holdingBytes: true) = end, givenUp == nil, mustDeliver {
          // The interruption was meant for the other direction, which shares the watch. These bytes must still go out.
          continue
        }
        throw Interruption(ending: endingOfWait)
      }
    }
  }

  /// How the pump ends whose wait was ended early.
  var endingOfWait: Ending {
    if let givenUp { return .sinkFailed(givenUp) }
    return isStopping && !isCancelled ? .stopped : .cancelled
  }

  /// Messages and files are moved by a task from the start. So is what comes from an inherited descriptor: nothing is
  /// read from there before it can be written.
  private var restsAtAll: Bool {
    if source.keepsMessageBoundaries || sink.keepsMessageBoundaries || path == .messages { return false }
    return source.pages == nil || source.socketStream != nil
  }

  /// Where to wait for an end; nil if it may be ready already.
  func place(for end: Awaited) throws(Interruption) -> Suspension? {
    if isCancelled { throw Interruption(ending: .cancelled) }
    switch end {
    case .source:
      if isStopping { throw Interruption(ending: .stopped) }
      do throws(LoopError) {
        return try source.placeToRead()
      } catch {
        throw interruption(error, ofSource: true)
      }
    case .sink(let holdingBytes):
      if isStopping, !holdingBytes { throw Interruption(ending: .stopped) }
      do throws(LoopError) {
        return try sink.placeToWrite()
      } catch {
        throw interruption(error, ofSource: false)
      }
    }
  }

  private func interruption(_ error: LoopError, ofSource: Bool) -> Interruption {
    switch error {
    case .system(let error): Interruption(ending: ofSource ? .sourceFailed(error) : .sinkFailed(error))
    case .timedOut, .cancelled: Interruption(ending: isStopping ? .stopped : .cancelled)
    }
  }

  private var mustDeliver: Bool { isStopping && !isAbandoned && !isCancelled }
}
