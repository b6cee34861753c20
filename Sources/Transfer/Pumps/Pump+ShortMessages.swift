import SocketLoop
import Sockets

/// What a pump keeps of the messages that it copies one by one: see ``Pump/copyShortMessages()``.
struct ShortMessages {
  /// What one read takes: more than that is pages' work.
  static let size = 16_384

  let memory = RawBuffer(count: size)
  /// What of the memory was read, and found no room in the sink.
  var held = 0..<0
  /// An end has failed, or the source has ended.
  var ending: Pump.Ending?
  /// Much came at once, or the source cannot be read in one call.
  var areOver = false
}

extension Pump {
  /// Copies short messages, until much comes at once: for so few bytes a read and a write cost less than a splice, and than
  /// the question that has to follow each splice.
  ///
  /// Before anything is spliced: once splice(2) was used on a pipe, the kernel refuses to read or write it without waiting.
  func copyShortMessages() async throws(Interruption) {
    guard source.heardOfDescriptors == nil else { return }
    short = ShortMessages()
    defer { short = nil }
    // One closure for all waits.
    let step: @LoopActor () -> Bool = copyShortMessage
    while short?.areOver == false {
      // What finds no room is better left with the source: others may read it.
      while !(try isReady(sink, .writable)) { try await wait(for: .sink(holdingBytes: false)) }
      if copyShortMessage() { try await wait(for: .source, insteadOfWaking: step) }
      if let ending = short?.ending { throw Interruption(ending: ending) }
      try await writeHeld()
      if isStopping { throw Interruption(ending: .stopped) }
      if isTimeToYield() { await Task.yield() }
    }
  }

  /// Copies what is there, and says whether to sleep: also from the loop's own callback, while the task does.
  ///
  /// The end, an error, a full sink, and much at once are the task's.
  private func copyShortMessage() -> Bool {
    guard let memory = short?.memory else { return false }
    let count: Int
    do throws(SystemError) {
      let result = try source.read(into: memory.bytes)
      // A change may be none: somebody else has read it.
      guard case .moved(let read) = result else { return true }
      count = read
    } catch {
      short?.ending = .sourceFailed(error)
      return false
    }
    if count == 0 {
      short?.ending = .sourceEnded
      return false
    }
    var written = 0
    do throws(SystemError) {
      let result = try sink.write(UnsafeRawBufferPointer(rebasing: memory.bytes[..<count]))
      if case .moved(let moved) = result { written = moved }
    } catch {
      short?.ending = .sinkFailed(error)
      return false
    }
    flow.moved(written)
    if count == memory.bytes.count || !source.isReadAtOnce { short?.areOver = true }
    if written < count {
      short?.held = written..<count
      isHolding = true
      return false
    }
    return short?.areOver == false && source.remaining > 0 && source.isDrainedByShortRead()
  }

  /// Writes what ``copyShortMessage()`` has read and left to the task.
  private func writeHeld() async throws(Interruption) {
    guard let short, !short.held.isEmpty else { return }
    self.short?.held = 0..<0
    try await writeAll(UnsafeRawBufferPointer(rebasing: short.memory.bytes[short.held]))
    isHolding = false
  }
}
