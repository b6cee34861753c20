import SocketLoop
import Sockets
import Transfer

/// An end that is tried again if it cannot be opened: a server that restarts, a serial line that is unplugged.
@LoopActor
final class RetryingSource: EndSource {
  private let base: any EndSource
  private let policy: RetryPolicy
  private let reporter: EventReporter

  init(_ base: any EndSource, _ policy: RetryPolicy, _ reporter: EventReporter) {
    self.base = base
    self.policy = policy
    self.reporter = reporter
  }

  var uses: EndUses { base.uses }

  func open(for partner: EndPartner?) async throws(OperationError) -> OpenEnd {
    var tries = 0
    var backoff = Backoff(first: policy.delay, limit: RetryPolicy.longestDelay)
    while true {
      do throws(OperationError) {
        return try await base.open(for: partner)
      } catch {
        // Bad words stay bad, and a peer that has reset its connection needs nothing more.
        if Task.isCancelled || partner?.hasGone == true || error.cause == .usage || tries >= policy.count ?? .max {
          throw error
        }
        tries += 1
        if tries == 1 { reporter.warn("\(error.message): trying again") }
        do throws(WaitError) { try await EventLoop.sleep(until: .after(backoff.next())) } catch { throw .cancelled }
      }
    }
  }

  func close() { base.close() }
}
