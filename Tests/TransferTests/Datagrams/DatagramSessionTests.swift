import LoopTestSupport
import SockTestSupport
import SocketLoop
import Sockets
import Testing

@testable import Transfer

@Suite(.onTheLoop, .timeLimit(.minutes(1))) struct DatagramSessionTests {
  /// The datagrams that the session reported.
  @LoopActor private final class Told { var lengths: [Int] = [] }

  /// A session with a UDP peer, with its input and output.
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

  @Test("Lines go out and answers come in; after the end of input the session waits for answers, then ends")
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

  @Test("An empty message is sent as a datagram, and an empty datagram does not end the session")
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

  @Test("A refusal from the peer's host fails the session")
  @LoopActor
  func refused() async throws {
    let gone = try UDP()
    let address = gone.address
    // Bound and connected elsewhere, so that no one else gets the port and datagrams to it are refused.
    try gone.connect(to: .ipv4(.loopback, port: 1))
    let run = try await Run(message: "anybody?", peer: address) { $0.wait = .seconds(30) }
    #expect(try await run.ending.value == "failed ECONNREFUSED")
    gone.socket.close()
  }

  @Test("Silence for the idle time ends the session")
  @LoopActor
  func idle() async throws {
    let end = MonotonicTime.after(.milliseconds(30))
    let run = try await Run { $0.idle = .milliseconds(30) }
    #expect(try await run.ending.value == "idle")
    #expect(MonotonicTime.now >= end)
  }

  @Test("A send-only session, and one that closes at the end of input, end at once")
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

  @Test("Datagrams that others sent before the socket was connected are ignored")
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

  @Test("The session fails when the reader of its output goes away, even with nothing to write")
  @LoopActor
  func outputGone() async throws {
    let run = try await Run()
    run.output.reader.close()
    #expect(try await run.ending.value == "outputFailed EPIPE")
  }
}

extension DatagramSession.Ending {
  /// The name of the case, and of the errno if there is one.
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
