/// Lets tests in up to a total weight, in the order of arrival.
actor Turnstile {
  static let room = 6
  static let shared = Turnstile()

  private var free = Turnstile.room
  private var queue: [(weight: Int, continuation: CheckedContinuation<Void, Never>)] = []

  func enter(_ weight: Int) async {
    if queue.isEmpty && free >= weight {
      free -= weight
    } else {
      await withCheckedContinuation { queue.append((weight, $0)) }
    }
  }

  func leave(_ weight: Int) {
    free += weight
    while let next = queue.first, free >= next.weight {
      free -= next.weight
      queue.removeFirst()
      next.continuation.resume()
    }
  }
}
