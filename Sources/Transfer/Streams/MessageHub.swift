import SocketLoop
import Sockets

/// Passes each message on to many connections, each of which has a queue of what it has not taken yet.
///
/// Memory use is bounded: while the queue of a connection is full, nothing more is passed on, so that whoever sends has
/// to wait. A connection that takes nothing although its queue is full is not slow but stalled, and what happens then is
/// the hub's ``Policy``. A message is in memory only once, whatever the number of queues that it is in.
@LoopActor
package final class MessageHub {
  /// What happens to a connection that has stalled.
  package enum Policy: String, Sendable, CaseIterable {
    /// It loses the messages for which there is no room.
    case drop
    /// It is closed.
    case disconnect
    /// Everybody waits for it.
    case wait
  }

  /// The bytes that may be queued for one connection.
  let limit: Int
  private let policy: Policy
  /// How long a connection whose queue is full may go without taking anything.
  private let patience: Duration
  /// The queues, in the order in which they joined.
  private(set) var members: [QueueStream] = []
  /// Called when a member has joined or left.
  var membersChanged: @LoopActor () -> Void = {}
  /// Whether no message will follow: each member then ends once its queue is empty.
  private(set) var hasEnded = false
  /// Whether whoever posts is known to have more.
  var isIncomplete: Bool { hasMore() }
  var hasMore: @LoopActor () -> Bool = { false }
  /// Those that wait for room.
  private var waiting: [Suspension] = []
  /// When the next full queue counts as stalled, if it is waited for.
  private var alarm: Task<Void, Never>?

  package init(limit: Int, policy: Policy, patience: Duration) {
    self.limit = limit
    self.policy = policy
    self.patience = patience
  }

  /// Adds a member, which gets everything that is posted from now on.
  ///
  /// - Parameter mustGetAll: whether everybody waits for it, whatever the policy.
  package func member(keepsMessageBoundaries: Bool, mustGetAll: Bool = false) -> QueueStream {
    let member = QueueStream(self, keepsBoundaries: keepsMessageBoundaries, mustGetAll: mustGetAll)
    members.append(member)
    membersChanged()
    return member
  }

  /// Queues a message for every member but one.
  ///
  /// The caller has made sure that there is room (``hasRoom``, ``room()``). A short notice may do without: a queue takes
  /// as much again, and no more.
  package func post(_ message: [UInt8], except sender: QueueStream? = nil) {
    for member in members where member !== sender { member.post(message) }
  }

  /// Whether there is anybody but those who must get all.
  var hasPeers: Bool { members.contains { !$0.mustGetAll } }

  /// Ends every member once its queue is empty.
  package func end() {
    hasEnded = true
    for member in members { member.wake() }
  }

  // MARK: - Room

  /// Whether no member is being waited for. Those that have stalled are dealt with.
  package var hasRoom: Bool {
    var next = MonotonicTime.never
    var hasRoom = true
    for member in members where member.isFull && !member.isStalled {
      let end = member.mustGetAll || policy == .wait ? .never : member.latest.advanced(by: patience)
      if end > .now {
        hasRoom = false
        next = min(next, end)
      } else if policy == .drop {
        member.isStalled = true
      } else {
        member.giveUp()
      }
    }
    if !hasRoom { wake(at: next) }
    return hasRoom
  }

  /// Where to wait until there may be room; each caller needs a place of its own.
  package func wait(at place: Suspension) {
    if !waiting.contains(where: { $0 === place }) { waiting.append(place) }
  }

  /// Waits until there is room; false if the task was cancelled first.
  package func room() async -> Bool {
    let place = Suspension()
    while !hasRoom {
      wait(at: place)
      do { try await place.suspend() } catch {
        waiting.removeAll { $0 === place }
        return false
      }
    }
    return true
  }

  private func wake(at time: MonotonicTime) {
    if time == .never || alarm != nil { return }
    alarm = Task(executorPreference: EventLoop.shared) { [weak self] in
      try? await EventLoop.sleep(until: time)
      await self?.alarmRang()
    }
  }

  private func alarmRang() {
    alarm = nil
    memberMoved()
  }

  /// A member has taken something, or has gone.
  func memberMoved() {
    let places = waiting
    waiting = []
    for place in places { place.resume() }
  }

  func leave(_ member: QueueStream) {
    guard let index = members.firstIndex(where: { $0 === member }) else { return }
    members.remove(at: index)
    membersChanged()
    memberMoved()
  }
}
