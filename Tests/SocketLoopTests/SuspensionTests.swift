import LoopTestSupport
import Testing

@testable import SocketLoop

@Suite(.onTheLoop, .timeLimit(.minutes(1)))
struct SuspensionTests {
  private let suspension = Suspension()

  @Test("A wait ends when it is resumed")
  @LoopActor func resume() async throws {
    let waiter = start { [suspension] in try await suspension.suspend() }
    while !suspension.isWaiting { await Task.yield() }
    suspension.resume()
    try await waiter.value
    #expect(!suspension.isWaiting)
  }

  @Test("A resume while a wait begins, before its task is suspended, ends it")
  @LoopActor func early() async throws {
    // Resumed constantly, including while the runtime leaves the actor on the way into the wait.
    for _ in 0..<200 {
      let suspension = Suspension()
      let waiter = start { try await suspension.suspend(until: .after(.seconds(30))) }
      let waker = start {
        while !waiter.isCancelled {
          suspension.resume()
          await Task.yield()
        }
      }
      try await waiter.value
      waiter.cancel()
      try await waker.value
    }
  }

  @Test("An event handled in place leaves the task suspended while the handler says so; cancellation wakes it anyway")
  @LoopActor func resumeHandler() async throws {
    for ends in [Suspension.Wake.resumed, .cancelled] {
      var calls = 0
      let waiter = start { [suspension] in
        await withUnsafeContinuation { continuation in
          suspension.park(continuation) {
            calls += 1
            return calls < 3
          }
        }
      }
      while !suspension.isWaiting { await Task.yield() }
      for _ in 0..<2 { suspension.resume() }
      #expect(suspension.isWaiting)
      if ends == .resumed { suspension.resume() } else { suspension.cancel() }
      #expect(try await waiter.value == ends)
      #expect(calls == (ends == .resumed ? 3 : 2))
    }
  }

  @Test("A resume without a wait is not kept for the next one")
  @LoopActor func notKept() async throws {
    suspension.resume()
    let error = await failure { [suspension] () async throws(WaitError) in
      try await suspension.suspend(until: .after(.milliseconds(5)))
    }
    #expect(error == .timedOut)
  }

  @Test("A deadline ends the wait, and not early; one that has passed ends it at once")
  @LoopActor func deadline() async throws {
    for duration in [Duration.milliseconds(20), .zero] {
      let moment = MonotonicTime.after(duration)
      let error = await failure { [suspension] () async throws(WaitError) in
        try await suspension.suspend(until: moment)
      }
      #expect(error == .timedOut)
      #expect(MonotonicTime.now >= moment)
    }
  }

  @Test("A cancelled task stops waiting, whether it was cancelled before or during the wait")
  @LoopActor func cancellation() async throws {
    for before in [true, false] {
      let waiter = start { [suspension] in try await suspension.suspend() }
      if !before {
        while !suspension.isWaiting { await Task.yield() }
      }
      waiter.cancel()
      let result = await waiter.result
      #expect(throws: WaitError.cancelled) { try result.get() }
    }
  }

  @Test("cancel() cancels the wait, and the next one is not affected")
  @LoopActor func cancel() async throws {
    let waiter = start { [suspension] in try await suspension.suspend() }
    while !suspension.isWaiting { await Task.yield() }
    suspension.cancel()
    let result = await waiter.result
    #expect(throws: WaitError.cancelled) { try result.get() }

    let second = start { [suspension] in try await suspension.suspend() }
    while !suspension.isWaiting { await Task.yield() }
    suspension.resume()
    try await second.value
  }

  @Test("A late cancellation does not end the next wait")
  @LoopActor func lateCancellation() async throws {
    let first = start { [suspension] in try await suspension.suspend() }
    while !suspension.isWaiting { await Task.yield() }
    suspension.resume()
    first.cancel()
    _ = await first.result
    let second = start { [suspension] in try await suspension.suspend() }
    while !suspension.isWaiting { await Task.yield() }
    await settle()
    #expect(suspension.isWaiting)
    suspension.resume()
    try await second.value
  }

  @Test("A sleep ends on time, and early only when its task is cancelled")
  @LoopActor func sleep() async throws {
    let moment = MonotonicTime.after(.milliseconds(10))
    try await EventLoop.sleep(until: moment)
    #expect(MonotonicTime.now >= moment)
    let sleeper = start { try await EventLoop.sleep(until: .never) }
    await settle()
    sleeper.cancel()
    let result = await sleeper.result
    #expect(throws: WaitError.cancelled) { try result.get() }
  }
}
