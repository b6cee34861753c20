import SocketLoop
import Sockets
import Testing

/// Runs each test as a task of the event loop, which has a thread of its own: its waits cost no turn through the pool.
///
/// The suites are `@LoopActor`, so that a test reads like the code it tests.
struct OnTheLoop: SuiteTrait, TestTrait, TestScoping {
  var isRecursive: Bool { true }

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    EventLoop.shared.startThread()
    try await withTaskExecutorPreference(EventLoop.shared) { try await function() }
  }
}

extension Trait where Self == OnTheLoop {
  static var onTheLoop: Self { OnTheLoop() }
}

/// Starts a child of this test on the loop.
@LoopActor
func start<Result: Sendable>(
  _ body: @escaping @LoopActor @Sendable () async throws -> Result
) -> Task<Result, any Error> {
  Task(executorPreference: EventLoop.shared) { try await body() }
}

/// Lets every other task of the loop run until it waits; each round runs what was ready at its beginning.
@LoopActor
func settle(rounds: Int = 20) async {
  for _ in 0..<rounds { await Task.yield() }
}

/// The error that a body ends with.
@LoopActor
func failure<Failure: Error, Result>(
  _ body: @LoopActor () async throws(Failure) -> Result
) async -> Failure? {
  do throws(Failure) {
    _ = try await body()
    return nil
  } catch {
    return error
  }
}

/// Two connected sockets of the loop.
@LoopActor
func connectedPair(_ type: SocketType = .stream) throws -> (AsyncSocket, AsyncSocket) {
  try Socket.pair(type, mode: .nonBlocking).take { first, second in (AsyncSocket(first), AsyncSocket(second)) }
}

/// A listening TCP socket on a loopback address with a free port.
@LoopActor
func tcpListener(
  on address: SocketAddress = .ipv4(.loopback, port: 0), backlog: Int = 16
) throws -> (AsyncSocket, SocketAddress) {
  let listener = AsyncSocket(try Socket.open(.tcp, family: address.family, mode: .nonBlocking))
  try listener.socket.bind(to: address)
  try listener.socket.listen(backlog: backlog)
  return (listener, try listener.socket.localAddress())
}
