import SocketLoop
import Sockets

/// A stream from which data is read with faults on purpose; what is written to it is left alone.
@LoopActor
package final class FaultyStream: LayeredStream {
  package let base: any ByteStream
  private let plan: FaultPlan
  private var random: SeededNumbers
  /// How many bytes have been read from here.
  private var passed = 0
  private var isCut = false
  /// Where a reader waits while nothing is passed on.
  private let never = Suspension()
  private let line: DelayLine?
  /// Called when the connection is cut.
  package var didCut: @LoopActor () -> Void = {}

  /// - Parameter number: tells the streams of one run apart; each has random numbers of its own.
  package init(_ base: any ByteStream, _ plan: FaultPlan, number: Int) {
    self.base = base
    self.plan = plan
    random = SeededNumbers(seed: plan.seed ?? 0, number: number)
    line =
      plan.delay == nil && plan.jitter == nil
      ? nil : DelayLine(base, plan, SeededNumbers(seed: random.next()))
  }

  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> IOResult {
    if let limit = plan.cutAfter, passed >= limit {
      if !isCut { didCut() }
      isCut = true
      throw SystemError(call: "recv", number: .connectionReset, subject: "cut on purpose")
    }
    if isStalled { return .wouldBlock }
    let left = min(plan.cutAfter ?? .max, plan.stallAfter ?? .max) - passed
    let room = UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(buffer.count, plan.chunk ?? .max, left)])
    let result: IOResult
    if let line { result = try line.read(into: room) } else { result = try base.read(into: room) }
    if case .moved(let count) = result {
      passed += count
      plan.corrupt(UnsafeMutableRawBufferPointer(rebasing: room[..<count]), &random)
    }
    return result
  }

  private var isStalled: Bool { plan.stallAfter.map { passed >= $0 } ?? false }

  /// Makes ``close(_:afterEnd:)`` a reset.
  package func cut() { isCut = true }

  package func placeToRead() throws(LoopError) -> Suspension? {
    if let limit = plan.cutAfter, passed >= limit { return nil }
    if isStalled { return never }
    if let line { return line.placeToRead() }
    return try base.placeToRead()
  }

  package func close(_ closing: StreamClosing, afterEnd: Bool) async -> StreamDelivery {
    line?.stop()
    return await base.close(isCut ? .abort : closing, afterEnd: afterEnd)
  }
}

/// Reads a stream ahead, and gives out what came after a while.
@LoopActor
private final class DelayLine {
  private enum Content {
    case bytes([UInt8])
    case end(SystemError?)
  }

  private let base: any ByteStream
  private let plan: FaultPlan
  private var random: SeededNumbers
  private var pieces: [(content: Content, due: MonotonicTime)] = []
  private var held = 0
  private var task: Task<Void, Never>?
  /// Resumed when the first piece comes or is due.
  private let news = Suspension()
  private let space = Suspension()
  /// For which instant a timer runs.
  private var timer: MonotonicTime?

  /// The most that is on the way.
  private static let most = 16 << 20

  init(_ base: any ByteStream, _ plan: FaultPlan, _ random: SeededNumbers) {
    self.base = base
    self.plan = plan
    self.random = random
  }

  private func fill() async {
    let memory = RawBuffer(count: 65_536)
    defer { extendLifetime(memory) }
    while !Task.isCancelled {
      do throws(SystemError) {
        switch try base.read(into: memory.bytes) {
        case .moved(0): return add(.end(nil))
        case .moved(let count):
          add(.bytes([UInt8](memory.bytes[..<count])))
          held += count
          while held >= Self.most { do { try await space.suspend() } catch { return } }
          await Task.yield()
        case .wouldBlock: do { try await base.readable() } catch { return add(.end(nil)) }
        }
      } catch {
        return add(.end(error))
      }
    }
  }

  private func add(_ content: Content) {
    let due = MonotonicTime.after(plan.lateness(&random))
    // Nothing overtakes what came before.
    pieces.append((content, max(due, pieces.last?.due ?? due)))
    news.resume()
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> IOResult {
    if task == nil { task = Task(executorPreference: EventLoop.shared) { await self.fill() } }
    guard let first = pieces.first, first.due <= .now else { return .wouldBlock }
    switch first.content {
    case .end(let error):
      if let error { throw error }
      return .moved(0)
    case .bytes(let bytes):
      let count = min(bytes.count, buffer.count)
      buffer.copyBytes(from: bytes[..<count])
      if count == bytes.count { pieces.removeFirst() } else { pieces[0].content = .bytes(Array(bytes[count...])) }
      held -= count
      space.resume()
      return .moved(count)
    }
  }

  func placeToRead() -> Suspension? {
    guard let first = pieces.first else { return news }
    if first.due <= .now { return nil }
    if timer != first.due {
      timer = first.due
      let due = first.due
      Task(executorPreference: EventLoop.shared) { await self.tell(at: due) }
    }
    return news
  }

  private func tell(at due: MonotonicTime) async {
    try? await EventLoop.sleep(until: due)
    news.resume()
  }

  func stop() { task?.cancel() }
}
