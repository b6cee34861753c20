import SocketLoop
import Sockets

extension Pump {
  /// What a pump waits for.
  enum Awaited {
    /// Nothing may be held back meanwhile: a stop ends the pump here.
    case source
    case sink(holdingBytes: Bool)
  }

  /// Waits until an end may be ready.
  ///
  /// One frame, and no handler of its own for cancellation (``run()`` has one for all): each frame and each handler has the
  /// runtime ask anew which executor to run on, and of a short message's way most was that.
  ///
  /// - Parameter insteadOfWaking: what is done about each change in the place of this task, see ``Suspension``.
  func wait(
    for end: Awaited, insteadOfWaking instead: (@LoopActor () -> Bool)? = nil
  ) async throws(Interruption) {
    while let place = try place(for: end) {
      waiting = (place, end)
      let wake = await withUnsafeContinuation { place.park($0, onResume: instead) }
      waiting = nil
      switch wake {
      case .resumed: return
      case .timedOut, .cancelled:
        // stop() on a watch that both directions share interrupts this wait too, and the bytes still have to go.
        if case .sink(holdingBytes: true) = end, mustDeliver { continue }
        throw Interruption(ending: isStopping && !Task.isCancelled ? .stopped : .cancelled)
      }
    }
  }

  /// Where to wait for an end; nil where it may be ready already.
  private func place(for end: Awaited) throws(Interruption) -> Suspension? {
    if Task.isCancelled { throw Interruption(ending: .cancelled) }
    switch end {
    case .source:
      if isStopping { throw Interruption(ending: .stopped) }
      do throws(LoopError) {
        return try source.watch.placeForReader()
      } catch {
        throw interruption(error, ofSource: true)
      }
    case .sink(let holdingBytes):
      if isStopping, !holdingBytes { throw Interruption(ending: .stopped) }
      do throws(LoopError) {
        return try sink.watch.placeForWriter()
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

  private var mustDeliver: Bool { isStopping && !isAbandoned && !Task.isCancelled && !sink.watch.isClosed }
}
