import Sockets

/// The order and pace of connection attempts to a host with several addresses: RFC 8305, sections 4 and 5.
///
/// A pure state machine, without clock or sockets: the caller reports events and carries out the actions returned. If
/// an attempt neither succeeds nor fails within the attempt delay, the next one starts beside it. If it fails, the
/// next one starts at once. The first to succeed cancels the others.
public struct HappyEyeballs: Sendable {
  /// What the caller must do.
  public enum Action: Hashable, Sendable {
    /// Start the attempt on this address (an index into ``addresses``).
    case start(Int)
    /// Call ``delayPassed(_:)`` with this index after the attempt delay.
    case startDelay(Int)
    /// Cancel these attempts: another one has succeeded.
    case cancel([Int])
    /// The host was reached at this address.
    case succeed(Int)
    /// Every attempt has failed.
    case fail
  }

  /// The recommended attempt delay, 250 ms (section 8).
  public static let attemptDelay = Duration.milliseconds(250)

  /// The addresses in the order in which they are tried.
  public let addresses: [SocketAddress]
  private var next = 0
  private var running: Set<Int> = []
  private var isFinished = false

  /// Creates the state machine for addresses in order of preference (RFC 6724), as getaddrinfo(3) returns them.
  public init(_ addresses: [SocketAddress]) {
    self.addresses = Self.interleaved(addresses)
  }

  /// Section 4: alternates between families, starting with the family of the most preferred address.
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

  /// Starts the first attempt.
  public mutating func begin() -> [Action] { startNext() }

  /// The delay after an attempt has passed.
  ///
  /// Ignored if the attempt has failed meanwhile.
  public mutating func delayPassed(_ attempt: Int) -> [Action] {
    guard !isFinished, attempt == next - 1, running.contains(attempt) else { return [] }
    return next < addresses.count ? startNext() : []
  }

  /// An attempt has failed.
  public mutating func attemptFailed(_ attempt: Int) -> [Action] {
    guard !isFinished, running.remove(attempt) != nil else { return [] }
    if next < addresses.count {
      // Only a failure of the latest attempt brings the next one forward: for earlier ones it has started already.
      return attempt == next - 1 || running.isEmpty ? startNext() : []
    }
    if !running.isEmpty { return [] }
    isFinished = true
    return [.fail]
  }

  /// An attempt has succeeded.
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
