/// The watches of the loop by token.
///
/// A token packs a slot with a generation, so that an event that was fetched for a descriptor that has been closed
/// since, and whose slot or number has been taken again, is dropped.
struct WatchSlots {
  /// A class: to copy a weak reference, only to look at it, costs as much as the rest of a look-up.
  private final class Slot {
    weak var watch: Watch?
    var generation: UInt32 = 0
    var isUsed = false
  }

  private var slots: [Slot] = []
  private var free: [Int] = []
  /// At so many slots those are looked for whose watch has gone without having been closed.
  private var nextSweep = 64

  var count: Int { slots.count - free.count }
  var isEmpty: Bool { count == 0 }

  mutating func add(_ watch: Watch) -> UInt64 {
    if free.isEmpty, slots.count >= nextSweep { sweep() }
    let index: Int
    if let last = free.popLast() {
      index = last
    } else {
      index = slots.count
      slots.append(Slot())
    }
    slots[index].watch = watch
    slots[index].isUsed = true
    // From 1, so that no token is that of the wake-up.
    slots[index].generation = slots[index].generation == .max ? 1 : slots[index].generation + 1
    return UInt64(slots[index].generation) << 32 | UInt64(index)
  }

  private mutating func sweep() {
    for index in slots.indices where slots[index].isUsed && slots[index].watch == nil {
      slots[index].isUsed = false
      free.append(index)
    }
    nextSweep = max(64, 2 * (slots.count - free.count))
  }

  mutating func remove(_ token: UInt64) {
    let index = Int(token & 0xffff_ffff)
    guard index < slots.count, slots[index].isUsed, slots[index].generation == UInt32(token >> 32) else { return }
    slots[index].watch = nil
    slots[index].isUsed = false
    free.append(index)
  }

  func watch(for token: UInt64) -> Watch? {
    let index = Int(token & 0xffff_ffff)
    guard index < slots.count, slots[index].generation == UInt32(token >> 32) else { return nil }
    return slots[index].watch
  }
}
