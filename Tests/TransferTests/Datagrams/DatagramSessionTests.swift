import LoopTestSupport
import SockTestSupport
import SocketLoop
import Sockets
import Testing

@testable import Transfer

@Suite("Sessions of datagrams", .onTheLoop, .timeLimit(.minutes(1)))
struct DatagramSessionTests {
  /// What the session told of what it received.
  @LoopActor private final class Told { var lengths: [Int] = [] }

  /// A session with a UDP peer, its input and its output.
  @LoopActor
  private struct Run {
    let peer: UDP
    let ours: UDP
    let input: SockTestSupport.Pipe
    let output: SockTestSupport.Pipe
    let session: DatagramSession
    let ending: Task<String, any Error>

    init(
      message: String? = nil, peer given: SocketAddress? = nil, stranger: UDP? = nil, told: Told? = nil,
      _ change: (inout DatagramSession.Rules) -> Void = { _ in }
    ) async throws {
      (peer, ours) = (try UDP(), try UDP())
      (input, output) = (try SockTestSupport.Pipe(), try SockTestSupport.Pipe())
      let address = given ?? peer.address
      try await stranger?.send("stranger", to: ours.address)
      try ours.connect(to: address)
      try peer.connect(to: ours.address)
      var rules = DatagramSession.Rules()
      change(&rules)
      let reader = MessageReader(try DescriptorStream(input.reader), size: 65_507, framing: .line)
      let session = DatagramSession(
        ours.socket, peer: address, input: message.map { .message(Array($0.utf8)) } ?? .reader(reader),
        output: try DescriptorStream(output.writer), rules: rules)
      if let told { session.didReceive = { told.lengths.append($0.length) } }
      self.session = session
      ending = start(keeping: (input, output)) { await session.run().name }
    }

    func gotten(_ count: Int) async throws -> String {
      let output = output
      return try await onThread {
        var text: [UInt8] = []
        while text.count < count, let more = try? output.reader.read(upTo: count - text.count) { text += more }
        return String(decoding: text, as: UTF8.self)
      }.value
    }
  }

  @Test("Lines out, answers in; after the end of input so long for answers, and then the end")
  @LoopActor
  func conversation() async throws {
    let run = try await Run { $0.wait = .milliseconds(50) }
    try run.input.writer.write("one\ntwo\n")
    #expect(try await run.peer.receive() == "one\n")
    #expect(try await run.peer.receive() == "two\n")
    try await run.peer.send("answer")
    #expect(try await run.gotten(6) == "answer")
    let end = MonotonicTime.after(.milliseconds(50))
    run.input.writer.close()
    #expect(try await run.ending.value == "finished")
    #expect(MonotonicTime.now >= end)
    #expect(run.session.sent.bytes == 8)
    #expect(run.session.received.bytes == 6)
  }

  @Test("An empty message is a datagram, and an empty datagram ends nothing")
  @LoopActor
  func empty() async throws {
    let told = Told()
    let run = try await Run(message: "", told: told)
    #expect(try await run.peer.receive() == "")
    try await run.peer.send("")
    try await run.peer.send("after")
    #expect(try await run.gotten(5) == "after")
    #expect(told.lengths == [0, 5])
    run.ending.cancel()
    #expect(try await run.ending.value == "cancelled")
  }

  @Test("Nobody receives there: the refusal fails the session")
  @LoopActor
  func refused() async throws {
    let gone = try UDP()
    let address = gone.address
    // Bound and connected elsewhere: nobody else gets the port, and what comes to it is refused.
    try gone.connect(to: .ipv4(.loopback, port: 1))
    let run = try await Run(message: "anybody?", peer: address) { $0.wait = .seconds(30) }
    #expect(try await run.ending.value == "failed ECONNREFUSED")
    gone.socket.close()
  }

  @Test("Silence for so long ends it")
  @LoopActor
  func idle() async throws {
    let end = MonotonicTime.after(.milliseconds(30))
    let run = try await Run { $0.idle = .milliseconds(30) }
    #expect(try await run.ending.value == "idle")
    #expect(MonotonicTime.now >= end)
  }

  @Test("Sending only, and closing at the end of input, end at once")
  @LoopActor
  func atOnce() async throws {
    for closes in [true, false] {
      let run = try await Run(message: "out") {
        if closes { $0.onEOF = .close } else { $0.direction = .sendOnly }
      }
      #expect(try await run.ending.value == "finished")
      #expect(try await run.peer.receive() == "out")
    }
  }

  @Test("What came from others before the socket was connected is not the peer's")
  @LoopActor
  func others() async throws {
    let stranger = try UDP()
    let run = try await Run(stranger: stranger)
    try await run.peer.send("peer")
    #expect(try await run.gotten(4) == "peer")
    run.ending.cancel()
    _ = try await run.ending.value
    stranger.socket.close()
  }

  @Test("The reader of the output has gone: the session fails, also while nothing comes")
  @LoopActor
  func outputGone() async throws {
    let run = try await Run()
    run.output.reader.close()
    #expect(try await run.ending.value == "outputFailed EPIPE")
  }
}

extension DatagramSession.Ending {
  /// The case, and the errno where there is one.
  var name: String {
    switch self {
    case .finished: "finished"
    case .failed(let error): "failed \(error.number.name)"
    case .inputFailed(let error): "inputFailed \(error.number.name)"
    case .outputFailed(let error): "outputFailed \(error.number.name)"
    case .idle: "idle"
    case .cancelled: "cancelled"
    }
  }
}
