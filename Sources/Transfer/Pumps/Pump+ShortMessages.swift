import SocketLoop
import Sockets

/// The state of a pump while it copies short messages one by one: see ``Pump/copyShortMessages(_:)``.
struct ShortMessages {
  /// The initial read size. A read that fills it counts as a lot of data.
  static let size = 16_384
  /// The read size for a pipe once it has delivered that much.
  private static let sizeForMuch = 131_072

  /// Where all pumps read to: a read and the write that follows it are one step of the loop. An idle connection holds no
  /// memory for them.
  @LoopActor private static let memory = RawBuffer(count: sizeForMuch)
  private var readSize = size
  /// How many bytes the last read returned.
  var latest = 0
  /// Whether splicing is now the better way.
  private(set) var areOver = false

  /// The part of the memory that the next read may fill.
  @LoopActor var room: UnsafeMutableRawBufferPointer { Self.room(readSize) }

  /// The first bytes of the memory that is shared by all steps.
  @LoopActor static func room(_ size: Int) -> UnsafeMutableRawBufferPointer { .init(rebasing: memory.bytes[..<size]) }

  /// Decides, once the bytes of a read are written, whether to keep copying, and with what buffer size.
  @LoopActor
  mutating func judge(_ source: DescriptorStream, _ writer: inout PipeWriter) {
    guard source.kind == .pipe else { return areOver = latest >= Self.size }
    let isMuch = latest >= Self.size
    if isMuch {
      source.enlarge(after: latest)
      readSize = Self.sizeForMuch
    }
    areOver = writer.writesMuch(afterRead: latest) || !isMuch && !source.isReadAtOnce && !writer.writesLittle
  }
}

extension Pump {
  /// Copies short messages until a lot of data comes at once. For a few bytes, a read and a write cost less than a
  /// splice and the poll(2) that must follow it.
  ///
  /// From a pipe, large amounts are copied too while its writer makes small writes: see ``PipeWriter``.
  ///
  /// This must come before any splice. Once splice(2) has been used on a pipe, the kernel refuses `RWF_NOWAIT` on it,
  /// and every read costs an extra poll(2).
  func copyShortMessages(_ pages: TransferPath.Pages) async throws(Interruption) {
    let (source, sink) = (pages.source, pages.sink)
    // With a rate limit every piece may have to wait, and only the task can wait.
    if isLimited || !copiesShortMessages(from: source) { return }
    // What the latest step has read, if the pump has rested.
    short?.judge(source, &writer)
    if short == nil { short = ShortMessages() }
    // Allocate the closure once for all waits.
    let step: @LoopActor () -> Bool = { self.copyShortMessage(pages) }
    while short?.areOver == false {
      // Do not read what cannot be written yet: left in the source, another process may still read it.
      while !(try isReady(sink, .writable)) { try await wait(for: .sink(holdingBytes: false)) }
      if copyShortMessage(pages) {
        if mayRest { throw .rest }
        try await wait(for: .source, whileWaiting: step)
      }
      try await finishUnfinished()
      short?.judge(source, &writer)
      if isStopping { throw Interruption(ending: .stopped) }
      if isTimeToYield() { await Task.yield() }
    }
    short = nil
  }

  /// Whether short messages from there are copied. A descriptor whose calls may block has to be polled first.
  func copiesShortMessages(from source: DescriptorStream) -> Bool {
    !source.mustBeAsked && source.didLoseDescriptors == nil
  }

  /// Copies one read's worth of data. Runs in the task, or in the loop's callback while the task sleeps.
  ///
  /// The end, an error, a full sink and large amounts are left to the task.
  ///
  /// - Returns: whether the task should (go on to) sleep.
  func copyShortMessage(_ pages: TransferPath.Pages) -> Bool {
    if short == nil { short = ShortMessages() }
    guard let bytes = short?.room else { return false }
    let count: Int
    do throws(SystemError) {
      let result = try limit.read(into: bytes) { (room) throws(SystemError) in try pages.source.read(into: room) }
      // A readiness event may be stale: another process may have read the data.
      guard case .moved(let read) = result else { return true }
      count = read
      short?.latest = read
    } catch {
      unfinished = .ending(.sourceFailed(error))
      return false
    }
    if count == 0 {
      unfinished = .ending(.sourceEnded)
      return false
    }
    guard writeAtOnce(UnsafeRawBufferPointer(rebasing: bytes[..<count]), to: pages.sink) else { return false }
    if count >= ShortMessages.size || !pages.source.isReadAtOnce { return false }
    return limit.remaining > 0 && pages.source.isDrainedByShortRead()
  }
}

/// Guesses whether a pipe's writer makes large or small writes. No system call tells; the sizes of our reads do.
///
/// A writer of 64 KiB or more fills the pipe before we get to read it. A writer of 8 KiB pieces (`head -c`) competes
/// with us, and splice(2) slows it down: splice holds the pipe's lock while the socket takes the pages, and every small
/// write waits for that lock.
struct PipeWriter {
  /// After a write of this size or more, a read or splice nearly always brings at least this much.
  private static let large = 65_536
  /// How many smaller splices in a row are taken as evidence of a small writer.
  private static let enoughSmall = 4

  private(set) var writesLittle = false
  private var inRow = 0
  /// How many large reads in a row are taken as evidence of a large writer. A slow sink causes large reads too, so the
  /// threshold rises each time it is reached.
  private var enoughLarge = 16

  /// Records the size of a read, and returns whether the writer now counts as a large one.
  mutating func writesMuch(afterRead count: Int) -> Bool {
    inRow = count >= Self.large ? inRow + 1 : 0
    if inRow < enoughLarge { return false }
    (inRow, writesLittle) = (0, false)
    enoughLarge *= 8
    return true
  }

  /// Records the size of a splice, and returns whether the writer now counts as a small one.
  ///
  /// - Parameter sinkHasRoom: whether the sink can take more; a full sink would explain a short splice.
  mutating func writesLittle(afterSplice count: Int, sinkHasRoom: () -> Bool) -> Bool {
    if count >= Self.large { inRow = 0 }
    guard ShortMessages.size..<Self.large ~= count, sinkHasRoom() else { return false }
    inRow += 1
    if inRow < Self.enoughSmall { return false }
    (inRow, writesLittle) = (0, true)
    return true
  }
}
