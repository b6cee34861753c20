import SocketLoop
import Sockets

/// Reads our input once for every connection of a server: each gets all of it from the moment it came.
///
/// Memory is bounded: reading stops while a member's queue is full. One whose peer takes nothing for ``patience`` then is
/// given up, so that it does not hold the others back. While there is no member nothing is read, and so nothing is lost.
@LoopActor
package final class Broadcast {
  /// The most bytes that wait for one peer.
  static let queueLimit = 1 << 20
  /// How long a peer whose queue is full may take nothing.
  private let patience: Duration

  private let reader: MessageReader
  /// Whether a person types the input.
  package let inputIsTerminal: Bool
  private var members: [Member] = []
  private let changed = Suspension()
  fileprivate private(set) var hasEnded = false
  private var hasFailed = false
  fileprivate var isIncomplete: Bool { hasFailed || reader.isIncomplete }
  private let tap: (any ByteTap)?
  private let rate: RateLimit?

  /// A broadcast of what `reader` cuts; `tap` sees it once.
  package init(
    _ reader: MessageReader, inputIsTerminal: Bool, tap: (any ByteTap)? = nil, rate: RateLimit? = nil,
    patience: Duration = .seconds(10)
  ) {
    self.rate = rate
    self.reader = reader
    self.patience = patience
    self.inputIsTerminal = inputIsTerminal
    self.tap = tap
  }

  /// What carries the input to one more connection.
  package func member(_ connection: AsyncSocket) -> any Upward {
    let member = Member(self, connection)
    members.append(member)
    changed.resume()
    return member
  }

  /// Reads until the input ends; then the members end, once they have sent what waits for them.
  package func run() async -> Pump.Ending {
    while true {
      guard await waitForMembers() else { return .cancelled }
      let message: [UInt8]
      switch await reader.next() {
      case .bytes(let bytes):
        if let rate {
          do throws(WaitError) { try await rate.pay(bytes.count) } catch { return .cancelled }
        }
        await tap?.saw(bytes)
        message = Array(bytes)
      case .end:
        hasEnded = true
        for member in members { member.wake() }
        return .sourceEnded
      case .failed(let error):
        hasFailed = true
        return .sourceFailed(error)
      case .cancelled:
        // The last member has left while we waited: what comes now is for the next one.
        if Task.isCancelled { return .cancelled }
        continue
      }
      for member in members { member.enqueue(message) }
      guard await waitForRoom() else { return .cancelled }
    }
  }

  private func waitForMembers() async -> Bool {
    while members.isEmpty {
      do { try await changed.suspend() } catch { return false }
    }
    return true
  }

  private func waitForRoom() async -> Bool {
    while let full = members.filter({ $0.queued >= Self.queueLimit }).min(by: { $0.latest < $1.latest }) {
      let limit = full.latest.advanced(by: patience)
      do throws(WaitError) {
        try await changed.suspend(until: limit)
      } catch .timedOut {
        // It may have taken something at that very moment: the loop has us run after it.
        if full.latest.advanced(by: patience) <= limit { full.giveUp() }
      } catch {
        return false
      }
    }
    return true
  }

  fileprivate func leave(_ member: Member) {
    members.removeAll { $0 === member }
    if members.isEmpty { reader.interrupt() }
    changed.resume()
  }

  fileprivate func memberMoved() { changed.resume() }
}

/// One connection's share of the input: a queue, and the sending of it.
@LoopActor
private final class Member: Upward {
  let flow = Flow(keepsTime: true)
  private unowned let broadcast: Broadcast
  private let connection: AsyncSocket
  /// Arrays share their storage: a message that waits for a hundred peers is in memory once.
  private var queue: [[UInt8]] = []
  private(set) var queued = 0
  private let arrival = Suspension()
  private var isStopping = false
  private var wasGivenUp = false

  var latest: MonotonicTime { flow.latest }
  var isIncomplete: Bool { queued > 0 || broadcast.isIncomplete }

  init(_ broadcast: Broadcast, _ connection: AsyncSocket) {
    self.broadcast = broadcast
    self.connection = connection
  }

  func enqueue(_ message: [UInt8]) {
    if queue.isEmpty { flow.moved(0) }
    queue.append(message)
    queued += message.count
    arrival.resume()
  }

  func wake() { arrival.resume() }

  func run() async -> Pump.Ending {
    defer { broadcast.leave(self) }
    while true {
      if isStopping { return .stopped }
      guard let message = queue.first else {
        if broadcast.hasEnded { return .sourceEnded }
        do { try await arrival.suspend() } catch { return isStopping ? .stopped : .cancelled }
        continue
      }
      queue.removeFirst()
      let copy = RawBuffer(copying: message)
      let failure = await send(copy.copied)
      extendLifetime(copy)
      if let failure { return failure }
      queued -= message.count
      broadcast.memberMoved()
    }
  }

  private func send(_ message: UnsafeRawBufferPointer) async -> Pump.Ending? {
    var rest = message
    repeat {
      do throws(SystemError) {
        if case .moved(let count) = try Descriptor(connection.socket.descriptor).sendWithoutWaiting(rest) {
          flow.moved(UnsafeRawBufferPointer(rebasing: rest.prefix(count)))
          rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
          continue
        }
      } catch {
        return .sinkFailed(error)
      }
      do throws(LoopError) {
        try await connection.watch.writable()
      } catch {
        if wasGivenUp { return .sinkFailed(SystemError(call: "send", number: .timedOut)) }
        if isStopping, !Task.isCancelled, !connection.watch.isClosed { continue }
        return .cancelled
      }
    } while !rest.isEmpty
    return nil
  }

  func giveUp() {
    wasGivenUp = true
    broadcast.leave(self)
    connection.watch.interruptWriting()
  }

  func stop() {
    isStopping = true
    arrival.cancel()
  }

  func abandon() { giveUp() }
}
