import LoopTestSupport
import SockTestSupport
import SocketLoop
import Sockets

@testable import Transfer

/// A session on a connection, with pipes as its input and output.
@LoopActor
struct SessionRun {
  let connection: Connection
  let input: SockTestSupport.Pipe
  let output: SockTestSupport.Pipe
  let session: StreamSession
  let ending: Task<String, any Error>

  init(
    _ kind: Connection.Kind = .tcp, inputIsTerminal: Bool = false, upward given: (any Upward)? = nil,
    on connection: Connection? = nil, _ change: (inout StreamRules) -> Void = { _ in }
  ) throws {
    var rules = StreamRules()
    change(&rules)
    let connection = try connection ?? Connection(kind)
    (input, output) = (try SockTestSupport.Pipe(), try SockTestSupport.Pipe())
    let socket = StreamEnd(connection.ours)
    let sink = try rules.direction == .sendOnly ? StreamEnd(Self.null()) : StreamEnd(output.writer)
    var upward = given
    if upward == nil, rules.direction != .receiveOnly {
      upward = Pump(from: try StreamEnd(input.reader), to: socket, flow: Flow())
    }
    let session = StreamSession(
      connection.ours, upward: upward, inputIsTerminal: inputIsTerminal,
      downward: Pump(from: socket, to: sink, flow: Flow()),
      output: rules.direction == .sendOnly ? nil : sink, rules: rules)
    self.connection = connection
    self.session = session
    ending = start(keeping: (connection.peer, input, output)) { await session.run().name }
  }

  private static var nullDevice: Far?
  private static func null() throws -> Far {
    let file = try nullDevice ?? Far.open("/dev/null", 1)
    nullDevice = file
    return file
  }

  var peer: Far { connection.peer }

  /// Waits for so many bytes of the output.
  func gotten(_ count: Int) async throws -> String { try await text(of: output.reader, count) }

  /// Waits for so many bytes at the peer.
  func peerGot(_ count: Int) async throws -> String { try await text(of: peer, count) }

  private func text(of far: Far, _ count: Int) async throws -> String {
    try await onThread {
      var text: [UInt8] = []
      while text.count < count, let more = try? far.read(upTo: count - text.count) { text += more }
      return String(decoding: text, as: UTF8.self)
    }.value
  }

  /// Waits for the end of what the peer gets, and gives all of it.
  func peerGotAll() async throws -> String {
    let peer = peer
    return String(decoding: try await onThread { peer.drain() }.value, as: UTF8.self)
  }
}

extension StreamSession.Ending {
  /// The case, and the errno where there is one.
  var name: String {
    switch self {
    case .finished: "finished"
    case .connectionFailed(let error): "connectionFailed \(error.number.name)"
    case .inputFailed(let error): "inputFailed \(error.number.name)"
    case .outputFailed(let error): "outputFailed \(error.number.name)"
    case .idle: "idle"
    case .cancelled: "cancelled"
    }
  }
}
