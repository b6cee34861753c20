import SocketLoop
import Sockets

/// What a pump keeps of the messages that it copies one by one: see ``Pump/copyShortMessages()``.
struct ShortMessages {
  /// What one read takes at first: more than that is much.
  static let size = 16_384
  /// What one read takes of a pipe that had much.
  private static let sizeForMuch = 131_072

  private(set) var memory = RawBuffer(count: size)
  /// What the last read brought.
  var latest = 0
  /// What of the memory was read, and found no room in the sink.
  var held = 0..<0
  /// An end has failed, or the source has ended.
  var ending: Pump.Ending?
  /// Pages are the better way for what comes now.
  private(set) var areOver = false

  /// After a read whose bytes are written: whether to go on, and how.
  @LoopActor
  mutating func judge(_ source: DescriptorStream, _ writer: inout PipeWriter) {
    guard source.kind == .pipe else { return areOver = latest >= Self.size }
    let isMuch = latest >= Self.size
    if isMuch {
      source.enlarge(after: latest)
      if memory.bytes.count < Self.sizeForMuch { memory = RawBuffer(count: Self.sizeForMuch) }
    }
    areOver = writer.writesMuch(afterRead: latest) || !isMuch && !source.isReadAtOnce && !writer.writesLittle
  }
}

extension Pump {
  /// Copies short messages, until much comes at once: for so few bytes a read and a write cost less than a splice, and than
  /// the question that has to follow each splice.
  ///
  /// From a pipe also much, for as long as that is written little by little: see ``PipeWriter``.
  ///
  /// Before anything is spliced: once splice(2) was used on a pipe, the kernel refuses to read or write it without waiting,
  /// and each read takes a poll(2) more.
  func copyShortMessages(_ pages: TransferPath.Pages) async throws(Interruption) {
    let (source, sink) = (pages.source, pages.sink)
    // With a limit each piece has to wait for its turn, and only the task can; what may wait must be asked first.
    if isLimited || source.mustBeAsked || source.didLoseDescriptors != nil { return }
    short = ShortMessages()
    defer { short = nil }
    // One closure for all waits.
    let step: @LoopActor () -> Bool = { self.copyShortMessage(pages) }
    while short?.areOver == false {
      // What finds no room is better left with the source: others may read it.
      while !(try isReady(sink, .writable)) { try await wait(for: .sink(holdingBytes: false)) }
      if copyShortMessage(pages) { try await wait(for: .source, whileWaiting: step) }
      if let ending = short?.ending { throw Interruption(ending: ending) }
      try await writeHeld()
      short?.judge(source, &writer)
      if isStopping { throw Interruption(ending: .stopped) }
      if isTimeToYield() { await Task.yield() }
    }
  }

  /// Copies what is there, and says whether to sleep: also from the loop's own callback, while the task does.
  ///
  /// The end, an error, a full sink, and much at once are the task's.
  private func copyShortMessage(_ pages: TransferPath.Pages) -> Bool {
    // Its owner is kept by `short`, which only the task changes.
    guard let bytes = short?.memory.bytes else { return false }
    let count: Int
    do throws(SystemError) {
      let result = try limit.read(into: bytes) { (room) throws(SystemError) in try pages.source.read(into: room) }
      // A change may be none: somebody else has read it.
      guard case .moved(let read) = result else { return true }
      count = read
      short?.latest = read
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
      let result = try pages.sink.write(UnsafeRawBufferPointer(start: bytes.baseAddress, count: count))
      if case .moved(let moved) = result { written = moved }
    } catch {
      short?.ending = .sinkFailed(error)
      return false
    }
    flow.moved(written)
    if written < count {
      short?.held = written..<count
      isHolding = true
      return false
    }
    if count >= ShortMessages.size || !pages.source.isReadAtOnce { return false }
    return limit.remaining > 0 && pages.source.isDrainedByShortRead()
  }

  /// Writes what ``copyShortMessage()`` has read and left to the task.
  private func writeHeld() async throws(Interruption) {
    guard let short, !short.held.isEmpty else { return }
    self.short?.held = 0..<0
    try await writeAll(UnsafeRawBufferPointer(rebasing: short.memory.bytes[short.held]))
    isHolding = false
  }
}
