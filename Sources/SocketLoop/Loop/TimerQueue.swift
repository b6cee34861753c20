/// What is to be done at a moment: a binary heap, the earliest first.
///
/// A timer that is no longer wanted stays in the heap, marked, until its moment or until half of the heap is marked.
struct TimerQueue {
  /// One thing to do. Whoever holds it can cancel it.
  final class Timer {
    fileprivate let moment: MonotonicTime
    /// Nil once it is done or cancelled.
    fileprivate var action: (@LoopActor () -> Void)?

    fileprivate init(_ moment: MonotonicTime, _ action: @escaping @LoopActor () -> Void) {
      self.moment = moment
      self.action = action
    }
  }

  private var heap: [Timer] = []
  private var cancelledCount = 0

  /// Whether there is none, not even one that is no longer wanted.
  var isEmpty: Bool { heap.isEmpty }

  /// The moment of the earliest timer that is still wanted.
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

  /// Takes the earliest timer out if its moment has come.
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
