import LoopTestSupport
import Glibc
import Sockets
import Testing

@testable import SocketLoop

@Suite(.onTheLoop, .timeLimit(.minutes(1)))
struct SignalsTests {
  /// The signals are blocked on the loop's thread and raised for it alone, so other tests' threads do not see them.
  @Test("A signal is a value on the loop, whether it comes before or during the wait; other signals are left alone")
  @LoopActor func signals() async throws {
    let signals = try Signals([SIGUSR2, SIGWINCH])
    pthread_kill(pthread_self(), SIGUSR2)
    #expect(try await signals.next() == SIGUSR2)

    let waiter = start { try await signals.next() }
    await settle()
    pthread_kill(pthread_self(), SIGWINCH)
    #expect(try await waiter.value == SIGWINCH)

    let cancelled = start { try await signals.next() }
    await settle()
    cancelled.cancel()
    let result = await cancelled.result
    #expect(throws: LoopError.cancelled) { try result.get() }
  }
}
