import SocketLoop
import Sockets

/// One direction of an exchange of datagrams, in which some are lost, doubled, overtaken, changed or late on purpose.
///
/// What becomes of a datagram follows from the seed and from how many came before it, whatever happened to those.
@LoopActor
package final class DatagramFaults {
  private let plan: FaultPlan
  private var random: SeededNumbers
  private let send: @LoopActor (UnsafeRawBufferPointer) async -> Void
  private var queue: [(datagram: [UInt8], due: MonotonicTime)] = []
  private var queued = 0
  /// A datagram that waits to be overtaken.
  private var held: [UInt8]?
  private let arrival = Suspension()
  private var delivery: Task<Void, Never>?
  /// Passes on the datagram that waits if nothing overtakes it.
  private var timer: Task<Void, Never>?

  /// The most that is on the way.
  private static let most = (datagrams: 65_536, bytes: 64 << 20)
  /// How long to wait for the datagram that overtakes another.
  private static let patience = Duration.milliseconds(100)

  /// - Parameters:
  ///   - number: tells the directions of one run apart; each has random numbers of its own.
  ///   - send: passes a datagram on; the bytes are valid until it returns.
  package init(
    _ plan: FaultPlan, number: Int, _ send: @escaping @LoopActor (UnsafeRawBufferPointer) async -> Void
  ) {
    self.plan = plan
    random = SeededNumbers(seed: plan.seed ?? 0, number: number)
    self.send = send
    delivery = Task(executorPreference: EventLoop.shared) { await self.deliver() }
  }

  /// Takes a datagram, and passes it on at its time.
  package func take(_ bytes: UnsafeRawBufferPointer) {
    // As many numbers for each, so that one fault does not move another.
    let isLost = happens(plan.loss)
    let isDoubled = happens(plan.duplication)
    let isOvertaken = happens(plan.reordering)
    let lateness = plan.lateness(&random)
    var flips = SeededNumbers(seed: random.next())
    if isLost { return }
    var datagram = [UInt8](bytes)
    datagram.withUnsafeMutableBytes { plan.corrupt($0, &flips) }
    if isOvertaken, held == nil { return hold(datagram) }
    add(datagram, lateness)
    if isDoubled { add(datagram, lateness) }
    release()
  }

  private func happens(_ share: Double?) -> Bool {
    let number = Double.random(in: 0..<1, using: &random)
    return number < share ?? 0
  }

  private func hold(_ datagram: [UInt8]) {
    held = datagram
    timer = Task(executorPreference: EventLoop.shared) { await self.releaseLate() }
  }

  private func releaseLate() async {
    do { try await EventLoop.sleep(until: .after(Self.patience)) } catch { return }
    release()
  }

  /// Passes on the datagram that has been overtaken, or that nothing overtakes.
  private func release() {
    guard let datagram = held else { return }
    held = nil
    timer?.cancel()
    add(datagram, plan.delay ?? .zero)
  }

  private func add(_ datagram: [UInt8], _ lateness: Duration) {
    guard queue.count < Self.most.datagrams, queued + datagram.count <= Self.most.bytes else { return }
    let due = MonotonicTime.after(lateness)
    queue.append((datagram, max(due, queue.last?.due ?? due)))
    queued += datagram.count
    arrival.resume()
  }

  private func deliver() async {
    while !Task.isCancelled {
      do throws(WaitError) {
        guard let first = queue.first else {
          try await arrival.suspend()
          continue
        }
        if first.due > .now {
          try await EventLoop.sleep(until: first.due)
          continue
        }
        queue.removeFirst()
        queued -= first.datagram.count
        let copy = RawBuffer(copying: first.datagram)
        await send(copy.copied)
        extendLifetime(copy)
      } catch {
        return
      }
    }
  }

  /// Passes nothing on any more.
  package func stop() {
    delivery?.cancel()
    timer?.cancel()
  }
}
