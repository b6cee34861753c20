/// What is to be done at a moment: a binary heap, the earliest first.
///
/// A timer that is no longer wanted stays in the heap, marked, until its moment or until half of the heap is marked.
struct TimerQueue {
  struct Identifier: Hashable {
    fileprivate let number: UInt64
  }

  private struct Entry {
    let moment: MonotonicTime
    let number: UInt64
    let action: () -> Void
  }

  private var heap: [Entry] = []
  private var pending: Set<UInt64> = []
  private var lastNumber: UInt64 = 0

  /// The moment of the earliest timer that is still wanted.
  mutating func earliest() -> MonotonicTime? {
    dropCancelled()
    return heap.first?.moment
  }

  mutating func add(at moment: MonotonicTime, _ action: @escaping () -> Void) -> Identifier {
    lastNumber += 1
    heap.append(Entry(moment: moment, number: lastNumber, action: action))
    pending.insert(lastNumber)
    siftUp(heap.count - 1)
    return Identifier(number: lastNumber)
  }

  mutating func cancel(_ timer: Identifier) {
    guard pending.remove(timer.number) != nil else { return }
    if heap.count > 64, pending.count < heap.count / 2 {
      let kept = heap.filter { pending.contains($0.number) }
      heap = []
      for entry in kept {
        heap.append(entry)
        siftUp(heap.count - 1)
      }
    }
  }

  /// Takes the earliest timer out if its moment has come.
  mutating func popDue(at now: MonotonicTime) -> (() -> Void)? {
    dropCancelled()
    guard let first = heap.first, first.moment <= now else { return nil }
    removeFirst()
    pending.remove(first.number)
    return first.action
  }

  private mutating func dropCancelled() {
    while let first = heap.first, !pending.contains(first.number) { removeFirst() }
  }

  private mutating func removeFirst() {
    heap.swapAt(0, heap.count - 1)
    heap.removeLast()
    var parent = 0
    while true {
      var smallest = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < heap.count && heap[child].moment < heap[smallest].moment {
        smallest = child
      }
      if smallest == parent { return }
      heap.swapAt(parent, smallest)
      parent = smallest
    }
  }

  private mutating func siftUp(_ start: Int) {
    var child = start
    while child > 0 {
      let parent = (child - 1) / 2
      if heap[parent].moment <= heap[child].moment { return }
      heap.swapAt(parent, child)
      child = parent
    }
  }
}
