import LoopTestSupport
import SockTestSupport
import SocketLoop
import Sockets
import Testing

@testable import Transfer

/// A relay of two TCP connections. It shows that such a relay takes a single file.
@Suite(.onTheLoop, .timeLimit(.minutes(1))) struct TwoConnectionRelayTests {
  @LoopActor
  private struct Run {
    let left: Far
    let right: Far
    let ending: Task<Relay.Ending, any Error>

    init() throws {
      let (left, right) = (try Connection(.tcp), try Connection(.tcp))
      let relay = Relay(
        .init(SocketStream(left.ours)), .init(SocketStream(right.ours)), rules: RelayRules())
      // Only the relay holds our ends, so they are closed with it.
      (self.left, self.right) = (left.peer, right.peer)
      ending = start(keeping: (left.peer, right.peer)) { await relay.run() }
    }
  }

  @Test("With 4 MiB each way nothing is copied, and each side's end reaches the other")
  @LoopActor
  func bothWays() async throws {
    let run = try Run()
    let (there, back) = (RandomData.bytes(4 << 20, seed: 1), RandomData.bytes(4 << 20, seed: 2))
    let (left, right) = (run.left, run.right)
    let senders = [
      onThread {
        left.feed(there)
        left.halfClose()
      },
      onThread {
        right.feed(back)
        right.halfClose()
      },
    ]
    let (atRight, atLeft) = (onThread { right.drain(slowly: true) }, onThread { left.drain(slowly: true) })
    for sender in senders { try await sender.value }
    let (gotThere, gotBack) = (try await atRight.value, try await atLeft.value)
    #expect(gotThere == there)
    #expect(gotBack == back)
    guard case .finished = try await run.ending.value else {
      Issue.record("the relay has not finished in good order")
      return
    }
  }

  @Test("A reset on one side resets the other, after what was sent before")
  @LoopActor
  func reset() async throws {
    let run = try Run()
    try run.left.write("before")
    let right = run.right
    #expect(try await onThread { (try? right.read(upTo: 6)) ?? [] }.value == Array("before".utf8))
    run.left.reset()
    guard case .inputFailed(.left, let error) = try await run.ending.value else {
      Issue.record("the reset of the left side has not ended the relay")
      return
    }
    #expect(error.number == .connectionReset)
    let found = try await onThread { () -> String in
      do { return try right.read(upTo: 1).map { "\($0.count) bytes" } ?? "the end" } catch { return "\(error)" }
    }.value
    #expect(found.contains("Connection reset"), "\(found)")
  }
}
