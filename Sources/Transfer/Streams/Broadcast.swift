import SocketLoop
import Sockets

/// Reads our input once for all connections of a server. Each gets everything that is read after it joined.
///
/// Reading stops while any member's queue is full; a member whose peer then takes nothing for a while is dropped, so that
/// it cannot hold up the others: see ``MessageHub``. With no members nothing is read, so no input is lost.
@LoopActor
package final class Broadcast {
  /// The most bytes queued for one peer.
  package static let queueLimit = 1 << 20

  private let hub: MessageHub
  private let reader: MessageReader
  /// Whether the input comes from a terminal.
  package let inputIsTerminal: Bool
  private let changed = Suspension()
  private var hasFailed = false
  private let tap: (any ByteTap)?
  private let rate: RateLimit?
  private var pass: @LoopActor ([UInt8]) -> Void
  private var endsMembers = true

  /// A broadcast of the messages of `reader`. The tap sees each message once, not once per member.
  package convenience init(
    _ reader: MessageReader, inputIsTerminal: Bool, tap: (any ByteTap)? = nil, rate: RateLimit? = nil,
    patience: Duration = .seconds(10)
  ) {
    self.init(
      reader, to: MessageHub(limit: Self.queueLimit, policy: .disconnect, patience: patience),
      inputIsTerminal: inputIsTerminal, tap: tap, rate: rate)
  }

  /// Reads our input for the members of a hub, which go on without it once it has ended.
  ///
  /// - Parameter pass: given each message, posts it.
  package convenience init(
    _ reader: MessageReader, to hub: MessageHub, tap: (any ByteTap)? = nil, rate: RateLimit? = nil,
    pass: @escaping @LoopActor ([UInt8]) -> Void
  ) {
    self.init(reader, to: hub, inputIsTerminal: false, tap: tap, rate: rate)
    self.pass = pass
    endsMembers = false
  }

  private init(
    _ reader: MessageReader, to hub: MessageHub, inputIsTerminal: Bool, tap: (any ByteTap)?, rate: RateLimit?
  ) {
    self.hub = hub
    self.rate = rate
    self.reader = reader
    self.inputIsTerminal = inputIsTerminal
    self.tap = tap
    pass = { hub.post($0) }
    hub.membersChanged = { [weak self] in self?.membersChanged() }
    hub.hasMore = { [weak self] in self.map { $0.hasFailed || $0.reader.isIncomplete } ?? false }
  }

  /// Adds a member: the input as one more connection gets it.
  package func member(keepsMessageBoundaries: Bool) -> QueueStream {
    hub.member(keepsMessageBoundaries: keepsMessageBoundaries)
  }

  /// Reads until the input ends. Each member then ends once its queue is empty.
  package func run() async -> Pump.Ending {
    while true {
      guard await waitForMembers() else { return .cancelled }
      let message: [UInt8]
      switch await reader.next() {
      case .bytes(let bytes):
        if let rate {
          do throws(WaitError) { try await rate.wait(toSend: bytes.count) } catch { return .cancelled }
        }
        await tap?.saw(bytes)
        message = Array(bytes)
      case .end:
        if endsMembers { hub.end() }
        return .sourceEnded
      case .failed(let error):
        hasFailed = true
        return .sourceFailed(error)
      case .cancelled:
        // The last member left while we were waiting. Keep what comes next for the next member.
        if Task.isCancelled { return .cancelled }
        continue
      }
      pass(message)
      guard await hub.room() else { return .cancelled }
    }
  }

  private func waitForMembers() async -> Bool {
    while !hub.hasPeers {
      do { try await changed.suspend() } catch { return false }
    }
    return true
  }

  private func membersChanged() {
    if !hub.hasPeers { reader.interrupt() }
    changed.resume()
  }
}
