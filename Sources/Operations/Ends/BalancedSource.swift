import SocketLoop
import Sockets
import Transfer

/// How a relay chooses among several rights.
package enum BalancePolicy: String, Sendable, CaseIterable {
  /// Each in its turn.
  case roundRobin = "round-robin"
  /// The one with the fewest connections.
  case least
  case random
  /// By the address of the peer on the left, so that a peer always gets the same one.
  case source
  /// The first that works.
  case failover
}

/// Several ends of which each connection gets one. One that cannot be opened is left out for a while, which doubles with
/// each failure, and the next one is tried.
@LoopActor
final class BalancedSource: EndSource {
  /// One of the ends.
  @LoopActor
  private final class Target {
    let word: String
    let source: any EndSource
    /// How many connections it has.
    var connections = 0
    /// The delays after failures; nil while it can be opened.
    var backoff: Backoff?
    /// When it may be tried again.
    var retry = MonotonicTime.now

    init(_ word: String, _ source: any EndSource) {
      self.word = word
      self.source = source
    }

    var isLeftOut: Bool { backoff != nil && MonotonicTime.now < retry }
  }

  private let targets: [Target]
  private let policy: BalancePolicy
  private let reporter: EventReporter
  private var turn = 0

  /// How long a target is left out after a failure.
  private static let backoff = Backoff(first: .seconds(1), limit: .seconds(60))

  init(_ sources: [(word: String, source: any EndSource)], _ policy: BalancePolicy, _ reporter: EventReporter) {
    targets = sources.map { Target($0.word, $0.source) }
    self.policy = policy
    self.reporter = reporter
  }

  func open(for partner: EndPartner?) async throws(OperationError) -> OpenEnd {
    let order = order(for: partner)
    // If all are left out, any of them is better than none.
    let usable = order.filter { !$0.isLeftOut }
    var failure = OperationError.cancelled
    for target in usable.isEmpty ? order : usable {
      // Counted from here, as others may choose while this one is being opened.
      target.connections += 1
      do throws(OperationError) {
        return noted(try await target.source.open(for: partner), from: target)
      } catch {
        target.connections -= 1
        if Task.isCancelled { throw error }
        failure = error
        leaveOut(target, because: error)
      }
    }
    throw failure
  }

  private func order(for partner: EndPartner?) -> [Target] {
    switch policy {
    case .failover: return targets
    case .least: return targets.sorted { $0.connections < $1.connections }
    case .random: return targets.shuffled()
    case .roundRobin:
      defer { turn = (turn + 1) % targets.count }
      return from(turn)
    case .source: return from(place(of: partner))
    }
  }

  private func from(_ first: Int) -> [Target] { Array(targets[first...] + targets[..<first]) }

  /// The same for every connection of a host, in every run.
  private func place(of partner: EndPartner?) -> Int {
    let text = partner?.peer.address?.host ?? partner?.peer.description ?? ""
    // FNV-1a.
    let hash = text.utf8.reduce(into: UInt64(0xcbf2_9ce4_8422_2325)) { $0 = ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    return Int(hash % UInt64(targets.count))
  }

  private func noted(_ end: OpenEnd, from target: Target) -> OpenEnd {
    if target.backoff != nil { reporter.warn("\(target.word) works again") }
    target.backoff = nil
    var end = end
    let closed = end.closed
    end.closed = {
      closed()
      target.connections -= 1
    }
    return end
  }

  private func leaveOut(_ target: Target, because error: OperationError) {
    var backoff = target.backoff ?? Self.backoff
    let wait = backoff.next()
    target.backoff = backoff
    target.retry = .after(wait)
    reporter.warn("\(target.word) is left out for \(describe(wait)): \(error.message)")
  }

  func close() { for target in targets { target.source.close() } }
}
