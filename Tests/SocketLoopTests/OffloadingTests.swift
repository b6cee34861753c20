import LoopTestSupport
import Glibc
import SockTestSupport
import Sockets
import Testing

@testable import SocketLoop

@Suite(.onTheLoop, .timeLimit(.minutes(1)))
struct OffloadingTests {
  @Test("The result of a call on another thread comes back, and the loop runs meanwhile")
  @LoopActor func result() async throws {
    let loopThread = UInt(pthread_self())
    let gate = Monitor(false)
    let opener = start { gate.update { $0 = true } }
    let (value, thread) = try await EventLoop.offload {
      // Opened by the loop, which therefore is not waiting for this thread.
      _ = gate.wait(within: .seconds(30)) { $0 ? true : nil }
      return (42, UInt(pthread_self()))
    }
    #expect(value == 42)
    #expect(thread != loopThread)
    #expect(UInt(pthread_self()) == loopThread)
    try await opener.value
  }

  @Test("The deadline ends the wait, and a later result is dropped")
  @LoopActor func deadline() async throws {
    let gate = Monitor(false)
    let done = Monitor(false)
    let error = await failure { () async throws(WaitError) in
      try await EventLoop.offload(until: .after(.milliseconds(10))) {
        _ = gate.wait(within: .seconds(30)) { $0 ? true : nil }
        done.update { $0 = true }
      }
    }
    #expect(error == .timedOut)
    gate.update { $0 = true }
    #expect(done.wait(within: .seconds(30)) { $0 ? true : nil } == true)
    await settle()
  }

  @Test("A cancelled task does not wait for the call")
  @LoopActor func cancellation() async throws {
    let gate = Monitor(false)
    let task = start {
      try await EventLoop.offload { _ = gate.wait(within: .seconds(30)) { $0 ? true : nil } }
    }
    await settle()
    task.cancel()
    let result = await task.result
    #expect(throws: WaitError.cancelled) { try result.get() }
    gate.update { $0 = true }
  }

  @Test("Many calls run at once")
  @LoopActor func many() async throws {
    let tasks = (0..<50).map { number in start { try await EventLoop.offload { number * 2 } } }
    for (number, task) in tasks.enumerated() { #expect(try await task.value == number * 2) }
  }

  @Test("The thread's system calls are seen by the observer of who started it, and by nobody once that is gone")
  @LoopActor func observed() async throws {
    let observer = NameRecorder()
    let call = { @Sendable in NetworkInterface.index(of: "lo") }
    // Observed until it suspends: then the thread has been started.
    let task = withSystemCallObserver(observer) { Task.immediate { try await EventLoop.offload(call) } }
    #expect(try await task.value != nil)
    #expect(try await EventLoop.offload(call) != nil)
    #expect(observer.names.update { $0 }.first == "if_nametoindex")
    #expect(observer.names.update { $0.filter { $0 == "if_nametoindex" }.count } == 1)
  }
}

private final class NameRecorder: SystemCallObserver {
  let names = Monitor<[String]>([])
  func replacement(for call: SystemCall) -> SystemCallReplacement? { nil }
  func completed(_ call: SystemCall) { names.update { $0.append(call.name) } }
}
