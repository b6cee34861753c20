import SocketLoop
import Sockets

extension Pump {
  /// What a pump waits for.
  enum Awaited {
    /// More data. The pump holds no unwritten bytes meanwhile, so a stop ends it here.
    case source
    case sink(holdingBytes: Bool)
  }

  /// Waits until an end may be ready.
  ///
  /// This is a single async frame without a cancellation handler of its own (``run()`` installs one for all waits). For
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
        if let givenUp { throw Interruption(ending: .sinkFailed(givenUp)) }
        // The interruption was meant for the other direction, which shares the watch. These bytes must still go out.
        if case .sink(holdingBytes: true) = end, mustDeliver { continue }
        throw Interruption(ending: isStopping && !Task.isCancelled ? .stopped : .cancelled)
      }
    }
  }

  /// Where to wait for an end; nil if it may be ready already.
  private func place(for end: Awaited) throws(Interruption) -> Suspension? {
    if Task.isCancelled { throw Interruption(ending: .cancelled) }
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

  private var mustDeliver: Bool { isStopping && !isAbandoned && !Task.isCancelled }
}
