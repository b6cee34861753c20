import LoopTestSupport
import Glibc
import Sockets
import Testing

@testable import SocketLoop

@Suite(.timeLimit(.minutes(1)))
struct FairnessTests {
  @Test("A pair of tasks that never waits starves neither other tasks nor timers nor other threads", .onTheLoop)
  @LoopActor
  func busyPair() async throws {
    let busy = start {
      while !Task.isCancelled { await Task.yield() }
    }
    let (ours, theirs) = try connectedPair()
    let echo = start {
      while case let bytes = try await theirs.receive(), !bytes.isEmpty { try await theirs.send(bytes) }
    }
    for number in 0..<100 as Range<UInt8> {
      try await ours.send([number])
      #expect(try await ours.receive() == [number])
    }
    try await EventLoop.sleep(until: .after(.milliseconds(5)))
    #expect(try await EventLoop.offload { 1 } == 1)
    try ours.socket.shutdown(.sending)
    try await echo.value
    busy.cancel()
    try await busy.value
    ours.close()
    theirs.close()
  }

  /// In a process of its own: in this one other tests use the loop.
  @Test("A waiting loop uses no CPU time")
  func idle() async {
    await #expect(processExitsWith: .success) {
      EventLoop.shared.startThread()
      let used = try await withTaskExecutorPreference(EventLoop.shared) { try await FairnessTests.usedWhileWaiting() }
      // A second of waiting; a spinning loop would use all of it.
      guard used < .milliseconds(50) else {
        print("used \(used)")
        exit(1)
      }
    }
  }

  @LoopActor
  private static func usedWhileWaiting() async throws -> Duration {
    let (ours, theirs) = try connectedPair()
    // Always writable, with unread data from the peer: neither is a new event.
    try await ours.watch.writable()
    try await theirs.send([1])
    let before = processorTime()
    do {
      try await EventLoop.sleep(until: .after(.seconds(1)))
    }
    let used = processorTime() - before
    ours.close()
    theirs.close()
    return used
  }

  private static func processorTime() -> Duration {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return .seconds(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
      + .microseconds(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)
  }

  /// In a process of its own: another test's event would end the wait, too.
  @Test("A timer that wakes no task does not hide the next one")
  func timerThatWakesNoTask() async {
    await #expect(processExitsWith: .success) {
      EventLoop.shared.startThread()
      try await withTaskExecutorPreference(EventLoop.shared) { try await FairnessTests.sleepBehindAnIdleTimer() }
    }
  }

  @LoopActor
  private static func sleepBehindAnIdleTimer() async throws {
    _ = EventLoop.shared.addTimer(at: .after(.milliseconds(5))) {}
    // The process ends by a signal if the sleep does not end.
    alarm(10)
    try await EventLoop.sleep(until: .after(.milliseconds(20)))
  }
}
