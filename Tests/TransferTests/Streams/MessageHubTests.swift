import LoopTestSupport
import SocketLoop
import Sockets
import Testing

@testable import Transfer

@Suite(.onTheLoop, .timeLimit(.minutes(1))) struct MessageHubTests {
  @LoopActor private static func read(_ member: QueueStream) async throws -> String {
    String(decoding: try await member.readSome(upTo: 1 << 20), as: UTF8.self)
  }

  @Test("A message goes to all but its sender, in order, however many have been read")
  @LoopActor
  func order() async throws {
    let hub = MessageHub(limit: 1 << 20, policy: .wait, patience: .seconds(1))
    let (one, two) = (hub.member(keepsMessageBoundaries: true), hub.member(keepsMessageBoundaries: true))
    var (next, posted) = (0, 0)
    for batch in [1, 100, 3, 200, 70, 0] {
      for _ in 0..<batch {
        hub.post(Array("\(posted)".utf8), except: one)
        posted += 1
      }
      while next < posted - batch / 2 {
        #expect(try await Self.read(two) == "\(next)")
        next += 1
      }
    }
    #expect(try one.placeToRead() != nil)
    while next < posted {
      #expect(try await Self.read(two) == "\(next)")
      next += 1
    }
  }

  @Test("Under drop, a member that takes nothing loses what does not fit, and nobody waits for it")
  @LoopActor
  func drop() async throws {
    let hub = MessageHub(limit: 1000, policy: .drop, patience: .milliseconds(1))
    let (good, stalled) = (hub.member(keepsMessageBoundaries: false), hub.member(keepsMessageBoundaries: false))
    let pump = Pump(from: stalled, to: MemoryStream([]), counted)
    stalled.pump = pump
    var notices = 0
    stalled.didLose = { notices += 1 }
    for _ in 0..<100 {
      #expect(await hub.room())
      hub.post([UInt8](repeating: 1, count: 100))
      _ = try await good.readSome(upTo: 1000)
    }
    #expect(stalled.queued < 1200 && stalled.lost > 80 && notices == 1)
    // Once it takes something again, it gets what comes.
    let lost = stalled.lost
    _ = try await stalled.readSome(upTo: 10_000)
    hub.post([2])
    #expect(try await stalled.readSome(upTo: 10_000) == [2] && stalled.lost == lost)
  }

  @Test("Whoever must get all is waited for, whatever the policy; many short messages are bounded, too")
  @LoopActor
  func mustGetAll() async throws {
    let hub = MessageHub(limit: 1000, policy: .drop, patience: .milliseconds(1))
    let member = hub.member(keepsMessageBoundaries: false, mustGetAll: true)
    var posted = 0
    while hub.hasRoom {
      hub.post([1])
      posted += 1
    }
    #expect(posted < 50)
    #expect(try await member.readSome(upTo: 1000).count == posted)
    #expect(hub.hasRoom && member.lost == 0)
  }

  @LoopActor private var counted: Pump.Settings {
    var settings = Pump.Settings()
    settings.counter = ByteCounter(keepsTime: true)
    return settings
  }
}
