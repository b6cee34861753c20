import SocketLoop
import Sockets
import Transfer

/// `--connect-early`: keeps one connection in reserve, so that a left side that comes need not wait for it.
///
/// A reserve that its server has closed meanwhile is replaced when it is needed, so that nothing is dialled over and over
/// in vain.
@LoopActor
final class EarlySource: EndSource {
  private let base: any EndSource
  private let reporter: EventReporter
  private var reserve: OpenEnd?
  /// Opens the reserve.
  private var dialing: Task<Void, Never>?
  private var isClosed = false

  init(_ base: any EndSource, _ reporter: EventReporter) {
    self.base = base
    self.reporter = reporter
    dial()
  }

  var uses: EndUses { base.uses }

  func open(for partner: EndPartner?) async throws(OperationError) -> OpenEnd {
    // Whoever comes while the reserve is being opened takes that one.
    if let dialing { await dialing.value }
    let ready = reserve
    reserve = nil
    guard let ready, !Self.hasGone(ready) else {
      await ready?.abandon()
      let end = try await base.open(for: partner)
      dial()
      return end
    }
    dial()
    return ready
  }

  private func dial() {
    guard dialing == nil, reserve == nil, !isClosed else { return }
    dialing = Task(executorPreference: EventLoop.shared) { await self.fill() }
  }

  private func fill() async {
    do throws(OperationError) {
      let end = try await base.open(for: nil)
      if isClosed { await end.abandon() } else { reserve = end }
    } catch {
      if !Task.isCancelled { reporter.warn("no connection in reserve: \(error.message)") }
    }
    dialing = nil
  }

  /// Whether the peer has ended the connection, or reset it.
  private static func hasGone(_ end: OpenEnd) -> Bool {
    guard let socket = end.socket else { return false }
    return (try? Descriptor(socket.socket.socket.descriptor).isReady([.hangUp, .error, .peerShutdown])) == true
  }

  func close() {
    isClosed = true
    dialing?.cancel()
    if let end = reserve { Task(executorPreference: EventLoop.shared) { await end.abandon() } }
    reserve = nil
    base.close()
  }
}
