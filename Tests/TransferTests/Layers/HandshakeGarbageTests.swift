import Glibc
import LoopTestSupport
import SockTestSupport
import SocketLoop
import Sockets
import Testing

@testable import Transfer

/// Peers and networks that damage what is sent, at every stage of a session: nothing crashes, nothing hangs, nothing is
/// kept, and what is read is what was sent or the beginning of it.
///
/// SOCK_GARBAGE_RUNS sets how many sessions there are; by default, as many as take a few seconds.
@Suite(.onTheLoop, .serialized, .timeLimit(.minutes(10))) struct HandshakeGarbageTests {
  private static let runs = getenv("SOCK_GARBAGE_RUNS").flatMap { Int(String(cString: $0)) } ?? 300

  /// The two contexts of all sessions of a test.
  @LoopActor
  private struct Contexts {
    let server: TLSContext
    let client: TLSContext

    init(overDatagrams: Bool, versions: ClosedRange<TLSSettings.Version>?) throws {
      var settings = TLSSettings()
      settings.isOverDatagrams = overDatagrams
      settings.versions = versions
      settings.handshakeTimeout = .milliseconds(30)
      server = try TLSContext(settings, .server)
      settings.pins = [try #require(server.ownCertificate).pin]
      client = try TLSContext(settings, .client)
    }
  }

  /// How a side of a session came out.
  private enum Outcome: Hashable { case refused(StreamFailure.Cause), read([UInt8]) }

  private static let message = Array("what is sent".utf8)

  @LoopActor
  private static func side(_ end: MangledEnd, _ context: TLSContext) async -> Outcome {
    let stream: TLSStream
    do throws(StreamFailure) {
      stream = try await TLSStream.open(over: end, with: context, host: "localhost")
    } catch {
      _ = await end.close(.atOnce, afterEnd: false)
      return .refused(error.cause)
    }
    try? await stream.writeAll(message)
    var read: [UInt8] = []
    let deadline = MonotonicTime.after(.milliseconds(30))
    while read.count < message.count, let byte = try? await stream.readByte(until: deadline) { read.append(byte) }
    _ = await stream.close(.delivered(within: .milliseconds(30)), afterEnd: false)
    return .read(read)
  }

  @LoopActor
  private static func session(_ seed: Int, _ contexts: Contexts) async -> [Outcome] {
    let (left, right) = MangledEnd.pair(seed: UInt64(seed), keepsPieces: contexts.client.settings.isOverDatagrams)
    async let server = side(right, contexts.server)
    let client = await side(left, contexts.client)
    return [client, await server]
  }

  @Test(
    "Whatever comes during a handshake and after it, each session ends, and nothing is read that was not sent",
    arguments: [(false, TLSSettings.Version.tls12), (false, .tls13), (true, .tls12)])
  @LoopActor
  func sessions(overDatagrams: Bool, version: TLSSettings.Version) async throws {
    let contexts = try Contexts(overDatagrams: overDatagrams, versions: version...version)
    var outcomes: [Outcome: Int] = [:]
    // What is set up once.
    for seed in 0..<50 { _ = await Self.session(1_000_000 + seed, contexts) }
    let before = Self.memory
    for seed in 0..<Self.runs {
      for outcome in await Self.session(seed, contexts) { outcomes[outcome, default: 0] += 1 }
    }
    for case .read(let bytes) in outcomes.keys {
      #expect(Self.message.starts(with: bytes), "read \(bytes)")
    }
    #expect(outcomes[.read(Self.message), default: 0] > Self.runs / 4, "\(outcomes)")
    #expect(outcomes.count > 2, "nothing was damaged: \(outcomes)")
    let growth = Self.memory - before
    // In a short run the tests beside it take more than that.
    if Self.runs >= 5000 { #expect(growth < 8 << 20, "\(growth / Self.runs) bytes were kept for each session") }
  }

  /// The memory of this process that is in use, in bytes: the second number is that of its resident pages.
  private static var memory: Int {
    let text = (try? readFile("/proc/self/statm")).map { String(decoding: $0, as: UTF8.self) } ?? ""
    return text.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * 4096 } ?? 0
  }
}
