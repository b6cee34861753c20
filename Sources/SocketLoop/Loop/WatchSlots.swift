/// The states of the loop's watches, by token.
///
/// A token combines a slot with a generation. An event fetched for a descriptor that has since been closed is dropped,
/// even if its number or slot was reused.
struct WatchSlots {
  private struct Slot {
    /// Nil if the slot is free.
    var state: WatchState?
    var generation: UInt32 = 0
  }

  private var slots: [Slot] = []
  private var free: [Int] = []
  /// The number of slots at which to look for watches that were released without being closed.
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
    // Starts at 1, so that no token equals the one of the wake-up.
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
