import LoopTestSupport
import SockTestSupport
import SocketLoop
import Sockets

@testable import Transfer

/// The rules for a relay between standard streams and a peer, as chosen on the command line.
struct StandardRelayRules {
  var onEOF = RelayRules.OnEnd.halfClose
  var onPeerEOF = RelayRules.OnPeerEnd.continue
  var direction = Direction.both
  var wait: Duration?
  var idle: Duration?

  func relayRules(inputIsTerminal: Bool) -> RelayRules {
    var rules = RelayRules()
    rules.left.onEnd = direction == .sendOnly ? .close : onEOF
    rules.left.wait = wait
    rules.right.onEnd = inputIsTerminal || onPeerEOF == .exit || direction == .receiveOnly ? .close : .halfClose
    rules.idle = idle
    rules.awaitsDelivery = direction == .sendOnly
    return rules
  }
}

/// A running relay between two pipes, in place of the standard streams, and a connection.
@LoopActor
struct StandardRelayRun {
  let connection: Connection
  let input: SockTestSupport.Pipe
  let output: SockTestSupport.Pipe
  let relay: Relay
  let ending: Task<String, any Error>

  var sent: ByteCounter { relay.toRight?.counter ?? ByteCounter() }
  var received: ByteCounter { relay.toLeft?.counter ?? ByteCounter() }

  init(
    _ kind: Connection.Kind = .tcp, inputIsTerminal: Bool = false, input given: (any ByteStream)? = nil,
    on connection: Connection? = nil, _ change: (inout StandardRelayRules) -> Void = { _ in }
  ) throws {
    var rules = StandardRelayRules()
    change(&rules)
    let connection = try connection ?? Connection(kind)
    (input, output) = (try SockTestSupport.Pipe(), try SockTestSupport.Pipe())
    let sink = try rules.direction == .sendOnly ? DescriptorStream(Self.null()) : DescriptorStream(output.writer)
    var source = given
    if source == nil, rules.direction != .receiveOnly { source = try DescriptorStream(input.reader) }
    var toRight = Pump.Settings()
    if given is QueueStream { toRight.counter = ByteCounter(keepsTime: true) }
    let relay = Relay(
      .init(input: source, output: sink, watchesOutput: rules.direction != .sendOnly),
      .init(SocketStream(connection.ours)), toRight: toRight,
      rules: rules.relayRules(inputIsTerminal: inputIsTerminal))
    (given as? QueueStream)?.pump = relay.toRight
    self.connection = connection
    self.relay = relay
    ending = start(keeping: (connection.peer, input, output)) { SessionEnding(await relay.run()).name }
  }

  private static var nullDevice: Far?
  private static func null() throws -> Far {
    let file = try nullDevice ?? Far.open("/dev/null", 1)
    nullDevice = file
    return file
  }

  var peer: Far { connection.peer }

  /// Waits until the output has this many bytes, and returns them.
  func gotten(_ count: Int) async throws -> String { try await text(of: output.reader, count) }

  /// Waits until the peer has received this many bytes, and returns them.
  func peerGot(_ count: Int) async throws -> String { try await text(of: peer, count) }

  private func text(of far: Far, _ count: Int) async throws -> String {
    try await onThread {
      var text: [UInt8] = []
      while text.count < count, let more = try? far.read(upTo: count - text.count) { text += more }
      return String(decoding: text, as: UTF8.self)
    }.value
  }

  /// Waits until the peer reads the end, and returns everything before it.
  func peerGotAll() async throws -> String {
    let peer = peer
    return String(decoding: try await onThread { peer.drain() }.value, as: UTF8.self)
  }
}

extension SessionEnding {
  /// The name of the case, and of the errno if there is one.
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
