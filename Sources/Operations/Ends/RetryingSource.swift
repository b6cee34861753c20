import SocketLoop
import Sockets
import Transfer

/// An end that is tried again if it cannot be opened: a server that restarts, a serial line that is unplugged.
@LoopActor
final class RetryingSource: EndSource {
  private let base: any EndSource
  /// How many times to try again; nil for no limit.
  private let limit: Int?
  private let reporter: EventReporter

  /// The first pause, and the longest.
  private static let pause = (first: Duration.milliseconds(100), most: Duration.seconds(30))

  init(_ base: any EndSource, limit: Int?, _ reporter: EventReporter) {
    self.base = base
    self.limit = limit
    self.reporter = reporter
  }

  var uses: EndUses { base.uses }

  func open(for partner: EndPartner?) async throws(OperationError) -> OpenEnd {
    var tries = 0
    while true {
      do throws(OperationError) {
        return try await base.open(for: partner)
      } catch {
        // Bad words stay bad, and a peer that has reset its connection needs nothing more.
        if Task.isCancelled || partner?.hasGone == true || error.cause == .usage || tries >= limit ?? .max {
          throw error
        }
        tries += 1
        // Half of the pause is random, so that those that lost a server together do not come back together.
        let pause = min(Self.pause.first * (1 << min(tries - 1, 10)), Self.pause.most)
        let wait = pause / 2 + pause * Double.random(in: 0...0.5)
        if tries == 1 { reporter.warn("\(error.message): trying again") }
        do throws(WaitError) { try await EventLoop.sleep(until: .after(wait)) } catch { throw .cancelled }
      }
    }
  }

  func close() { base.close() }
}
