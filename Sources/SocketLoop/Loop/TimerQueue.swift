/// Actions due at given times: a binary heap, earliest first.
///
/// A cancelled timer stays in the heap, marked, until it is due or half of the heap is marked.
struct TimerQueue {
  /// One action, which the holder can cancel.
  final class Timer {
    fileprivate let moment: MonotonicTime
    /// Nil once it has run or was cancelled.
    fileprivate var action: (@LoopActor () -> Void)?

    fileprivate init(_ moment: MonotonicTime, _ action: @escaping @LoopActor () -> Void) {
      self.moment = moment
      self.action = action
    }
  }

  private var heap: [Timer] = []
  private var cancelledCount = 0

  /// Whether the heap is empty, counting cancelled timers.
  var isEmpty: Bool { heap.isEmpty }

  /// When the earliest timer that is not cancelled is due.
  mutating func earliest() -> MonotonicTime? {
    dropCancelled()
    return heap.first?.moment
  }

  mutating func add(at moment: MonotonicTime, _ action: @escaping @LoopActor () -> Void) -> Timer {
    let timer = Timer(moment, action)
    heap.append(timer)
    siftUp(heap.count - 1)
    return timer
  }

  mutating func cancel(_ timer: Timer) {
    guard timer.action != nil else { return }
    timer.action = nil
    cancelledCount += 1
    if heap.count > 64, cancelledCount > heap.count / 2 {
      let kept = heap.filter { $0.action != nil }
      heap = []
      cancelledCount = 0
      for timer in kept {
        heap.append(timer)
        siftUp(heap.count - 1)
      }
    }
  }

  /// Removes and returns the earliest action if it is due.
  mutating func popDue(at now: MonotonicTime) -> (@LoopActor () -> Void)? {
    dropCancelled()
    guard let first = heap.first, first.moment <= now else { return nil }
    removeFirst()
    defer { first.action = nil }
    return first.action
  }

  private mutating func dropCancelled() {
    while let first = heap.first, first.action == nil {
      removeFirst()
      cancelledCount -= 1
    }
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
