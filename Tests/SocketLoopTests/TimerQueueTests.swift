import LoopTestSupport
import SockTestSupport
import Testing

@testable import SocketLoop

@Suite(.onTheLoop)
struct TimerQueueTests {
  private func moment(_ nanoseconds: UInt64) -> MonotonicTime { MonotonicTime(nanoseconds: nanoseconds) }

  /// The timers that are due, in the order in which they expire.
  private final class Log { var numbers: [UInt64] = [] }

  @Test("Timers expire in order of time, and none early")
  @LoopActor func order() {
    var queue = TimerQueue()
    let log = Log()
    #expect(queue.earliest() == nil)
    for number in [5, 1, 4, 2, 3] as [UInt64] { _ = queue.add(at: moment(number)) { log.numbers.append(number) } }
    #expect(queue.earliest() == moment(1))
    #expect(queue.popDue(at: moment(0)) == nil)
    while let action = queue.popDue(at: moment(3)) { action() }
    #expect(log.numbers == [1, 2, 3])
    #expect(queue.earliest() == moment(4))
    while let action = queue.popDue(at: .never) { action() }
    #expect(log.numbers == [1, 2, 3, 4, 5])
    #expect(queue.earliest() == nil)
  }

  @Test("A cancelled timer does not expire, wherever it is; cancelling it again does nothing")
  @LoopActor func cancel() {
    for cancelled in 0..<7 {
      var queue = TimerQueue()
      let log = Log()
      let timers = (0..<7).map { number in
        queue.add(at: moment(UInt64(number))) { log.numbers.append(UInt64(number)) }
      }
      queue.cancel(timers[cancelled])
      queue.cancel(timers[cancelled])
      #expect(queue.earliest() == moment(cancelled == 0 ? 1 : 0))
      while let action = queue.popDue(at: .never) { action() }
      #expect(log.numbers == (0..<7).filter { $0 != cancelled }.map(UInt64.init))
      queue.cancel(timers[0])
    }
  }

  @Test("Thousands of timers, most of them cancelled, as timeouts are")
  @LoopActor func many() {
    var queue = TimerQueue()
    var random = RandomData(seed: 7)
    let log = Log()
    var expected: [UInt64] = []
    var timers: [(TimerQueue.Timer, UInt64)] = []
    for _ in 0..<5000 {
      let number = random.next() >> 8
      timers.append((queue.add(at: moment(number)) { log.numbers.append(number) }, number))
    }
    for (index, timer) in timers.enumerated() {
      if index % 10 == 0 { expected.append(timer.1) } else { queue.cancel(timer.0) }
    }
    #expect(queue.earliest() == expected.min().map(moment))
    while let action = queue.popDue(at: .never) { action() }
    #expect(log.numbers == expected.sorted())
  }
}
