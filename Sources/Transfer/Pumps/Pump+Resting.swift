import SocketLoop
import Sockets

// A suspended task holds kilobytes of memory, so a pump that waits for its source has none: it rests, as a callback where
// the source announces that there is something to read. The callback moves what has come, and only what it cannot finish
// without waiting is left to a task.
extension Pump {
  /// What was begun while the pump rested, for its task to finish.
  enum Unfinished {
    /// What was read, and not written yet.
    case held(RawBuffer)
    /// The source has ended, or either end has failed.
    case ending(Ending)
  }

  /// Moves what has come, and then waits for more without a task, until there is something to do that takes one.
  ///
  /// - Parameter isDrained: whether the source is known to have nothing more for now.
  func rest(isDrained: Bool) {
    do throws(Interruption) {
      // What came earlier announces itself only once, and possibly to somebody else.
      if !isDrained, !(try canGoOn()) { return }
      for _ in 0..<Self.mostSteps {
        if let place = try place(for: .source) {
          waiting = (place, .source)
          return place.rest { self.wakeUp($0) }
        }
        if !(try canGoOn()) { return }
      }
      beginWork()
    } catch {
      end(error.ending ?? .cancelled)
    }
  }

  /// How often a source that always has more is read before other tasks get a turn.
  static let mostSteps = 8

  /// Called where the pump rests. Returns true if it goes on resting there.
  private func wakeUp(_ wake: Suspension.Wake) -> Bool {
    let place = waiting
    waiting = nil
    do throws(Interruption) {
      guard case .resumed = wake else { throw Interruption(ending: endingOfWait) }
      if !(try canGoOn()) { return false }
    } catch {
      end(error.ending ?? .cancelled)
      return false
    }
    // Where to wait may have changed, except on a descriptor.
    guard source.pages != nil else {
      rest(isDrained: true)
      return false
    }
    waiting = place
    return true
  }

  /// Moves what has come; false if the pump has ended, or goes on in a task.
  private func canGoOn() throws(Interruption) -> Bool {
    for _ in 0..<Self.mostSteps {
      let isDrained = step()
      if unfinished != nil { break }
      if isCancelled { throw Interruption(ending: .cancelled) }
      if isStopping, pipe?.count ?? 0 == 0 { throw Interruption(ending: .stopped) }
      if isDrained { return true }
      // A short message with another behind it, or the end.
      guard pipe == nil, let short, short.latest < ShortMessages.size else { break }
    }
    if case .ending(let ending) = unfinished, isKnown(ending) {
      unfinished = nil
      throw Interruption(ending: judge(ending))
    }
    beginWork()
    return false
  }

  /// Whether an ending raises no question that has to be waited for, as the end of a program's output does.
  private func isKnown(_ ending: Ending) -> Bool {
    if case .sourceEnded = ending { return source.pages?.kind == .socket }
    return true
  }

  /// Moves what has come, as far as that takes no waiting. Returns true if the source has nothing more.
  private func step() -> Bool {
    // Taps and rate limits may have to wait. A step within another's write must leave its memory alone.
    if isLimited || settings.tap != nil || settings.filter != nil || Self.isStepping { return false }
    Self.isStepping = true
    defer { Self.isStepping = false }
    guard let pages else { return copyWhatCame() }
    switch path {
    case .discard: return discardWhatCame(from: pages.source)
    case .splice where copiesShortMessages(from: pages.source): return copyShortMessage(pages)
    case .spliceThroughPipe where pipe != nil: return spliceWhatCame(pages)
    case .spliceThroughPipe where copiesShortMessages(from: pages.source): return copyShortMessage(pages)
    default: return false
    }
  }

  /// Copies what has come by way of user space, whatever kinds of stream the two are.
  private func copyWhatCame() -> Bool {
    if settings.turns?.isTaken == true { return false }
    for _ in 0..<Self.mostSteps {
      let room = ShortMessages.room(65_536)
      let count: Int
      do throws(SystemError) {
        let result = try limit.read(into: room) { (room) throws(SystemError) in try source.read(into: room) }
        guard case .moved(let read) = result else { return true }
        count = read
      } catch {
        unfinished = .ending(.sourceFailed(error))
        return false
      }
      if count == 0 {
        unfinished = .ending(.sourceEnded)
        return false
      }
      guard writeAtOnce(UnsafeRawBufferPointer(rebasing: room[..<count]), to: sink) else { return false }
      if isStopping || isCancelled { return true }
      // Not so where the read was short because of the limit: the next one finds the end.
      if count < room.count, limit.remaining > 0, source.pages?.isDrainedByShortRead() == true { return true }
    }
    return false
  }

  /// Writes what was read. What does not fit is kept for the task.
  ///
  /// - Returns: whether all of it was written.
  func writeAtOnce(_ bytes: UnsafeRawBufferPointer, to sink: any ByteStream) -> Bool {
    var written = 0
    do throws(SystemError) {
      if case .moved(let moved) = try sink.write(bytes) { written = moved }
    } catch {
      unfinished = .ending(.sinkFailed(error))
      return false
    }
    counter.add(UnsafeRawBufferPointer(rebasing: bytes[..<written]))
    if written == bytes.count { return true }
    unfinished = .held(RawBuffer(copying: [UInt8](bytes[written...])))
    isHolding = true
    if let turns = settings.turns {
      turns.begin()
      hasTurn = true
    }
    return false
  }

  /// Does what was left to the task.
  func finishUnfinished() async throws(Interruption) {
    guard let rest = unfinished else { return }
    unfinished = nil
    switch rest {
    case .ending(let ending): throw Interruption(ending: ending)
    case .held(let memory):
      defer { extendLifetime(memory) }
      try await writeAll(memory.copied)
      isHolding = false
      if isStopping { throw Interruption(ending: .stopped) }
    }
  }

  /// Starts the task.
  func beginWork() {
    work = Task(executorPreference: EventLoop.shared) { await self.workOn() }
  }

  private func workOn() async {
    let ending = await carry()
    work = nil
    if let ending { end(ending) } else { rest(isDrained: true) }
  }

  /// Tells how the pump has ended.
  private func end(_ ending: Ending) {
    releasePipe()
    SplicePipe.tidy()
    let tell = whenEnded
    whenEnded = nil
    tell?(ending)
  }
}
