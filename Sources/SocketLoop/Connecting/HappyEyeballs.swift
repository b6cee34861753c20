import Sockets

/// The order and pace of connection attempts to a host with several addresses: RFC 8305, sections 4 and 5.
///
/// A pure state machine: it is told what happened and says what to do, and knows no clock and no socket. An attempt that
/// neither succeeds nor fails within the attempt delay is joined by the next one; one that fails is followed at once; the
/// first that succeeds ends the others.
public struct HappyEyeballs: Sendable {
  /// What the caller is to do.
  public enum Action: Hashable, Sendable {
    /// Begin the attempt on this address (an index into ``addresses``).
    case start(Int)
    /// Call ``delayPassed(_:)`` with this number after the attempt delay.
    case startDelay(Int)
    /// Give these attempts up: another one has succeeded.
    case cancel([Int])
    /// The host is reached, by this address.
    case succeed(Int)
    /// Every attempt has failed.
    case fail
  }

  /// Section 8: 250 ms is the recommended attempt delay.
  public static let attemptDelay = Duration.milliseconds(250)

  /// In the order in which they are tried.
  public let addresses: [SocketAddress]
  private var next = 0
  private var running: Set<Int> = []
  private var isFinished = false

  /// `addresses` come in the order of preference (RFC 6724), as getaddrinfo(3) gives them.
  public init(_ addresses: [SocketAddress]) {
    self.addresses = Self.interleaved(addresses)
  }

  /// Section 4: families take turns, beginning with that of the most preferred address.
  static func interleaved(_ addresses: [SocketAddress]) -> [SocketAddress] {
    guard let first = addresses.first else { return [] }
    let preferred = addresses.filter { $0.family == first.family }
    let others = addresses.filter { $0.family != first.family }
    var result: [SocketAddress] = []
    for index in 0..<max(preferred.count, others.count) {
      if index < preferred.count { result.append(preferred[index]) }
      if index < others.count { result.append(others[index]) }
    }
    return result
  }

  /// What to do first.
  public mutating func begin() -> [Action] { startNext() }

  /// The delay after attempt `attempt` is over.
  ///
  /// One that was overtaken by a failure is ignored.
  public mutating func delayPassed(_ attempt: Int) -> [Action] {
    guard !isFinished, attempt == next - 1, running.contains(attempt) else { return [] }
    return next < addresses.count ? startNext() : []
  }

  /// Attempt `attempt` has failed.
  public mutating func attemptFailed(_ attempt: Int) -> [Action] {
    guard !isFinished, running.remove(attempt) != nil else { return [] }
    if next < addresses.count {
      // Only the latest attempt's failure brings the next one forward: others have had their turn.
      return attempt == next - 1 || running.isEmpty ? startNext() : []
    }
    if !running.isEmpty { return [] }
    isFinished = true
    return [.fail]
  }

  /// Attempt `attempt` has succeeded.
  public mutating func attemptSucceeded(_ attempt: Int) -> [Action] {
    guard !isFinished, running.remove(attempt) != nil else { return [] }
    isFinished = true
    let rest = running.sorted()
    running = []
    return (rest.isEmpty ? [] : [.cancel(rest)]) + [.succeed(attempt)]
  }

  private mutating func startNext() -> [Action] {
    guard next < addresses.count else {
      isFinished = true
      return [.fail]
    }
    let attempt = next
    next += 1
    running.insert(attempt)
    return next < addresses.count ? [.start(attempt), .startDelay(attempt)] : [.start(attempt)]
  }
}
