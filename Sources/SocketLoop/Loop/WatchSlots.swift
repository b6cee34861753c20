/// The states of the loop's watches by token.
///
/// A token packs a slot with a generation, so that an event that was fetched for a descriptor that has been closed
/// since, and whose slot or number has been taken again, is dropped.
struct WatchSlots {
  private struct Slot {
    /// Nil where the slot is free.
    var state: WatchState?
    var generation: UInt32 = 0
  }

  private var slots: [Slot] = []
  private var free: [Int] = []
  /// At so many slots those are looked for whose watch has gone without having been closed.
  private var nextSweep = 64

  var count: Int { slots.count - free.count }
  var isEmpty: Bool { count == 0 }

  mutating func add(_ state: WatchState) -> UInt64 {
    if free.isEmpty, slots.count >= nextSweep { sweep() }
    let index: Int
    if let last = free.popLast() {
      index = last
    } else {
      index = slots.count
      slots.append(Slot())
    }
    slots[index].state = state
    // From 1, so that no token is that of the wake-up.
    slots[index].generation = slots[index].generation == .max ? 1 : slots[index].generation + 1
    return UInt64(slots[index].generation) << 32 | UInt64(index)
  }

  private mutating func sweep() {
    for index in slots.indices where slots[index].state?.isAbandoned == true {
      slots[index].state = nil
      free.append(index)
    }
    nextSweep = max(64, 2 * count)
  }

  mutating func remove(_ token: UInt64) {
    guard state(for: token) != nil else { return }
    let index = Int(token & 0xffff_ffff)
    slots[index].state = nil
    free.append(index)
  }

  func state(for token: UInt64) -> WatchState? {
    let index = Int(token & 0xffff_ffff)
    guard index < slots.count, slots[index].generation == UInt32(token >> 32) else { return nil }
    return slots[index].state
  }
}
