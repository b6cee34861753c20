import SocketLoop
import Sockets

// A side's input that is handed out in whole lines may have kept back the beginning of one when the relay ends.
extension Relay {
  /// How long what is left may take to be delivered.
  func limit(after ending: Ending) -> Duration {
    if case .cancelled = ending { LingeringClose.cancelledLimit } else { Self.deliveryLimit }
  }

  /// The pump that passes on what a side's input has kept back; nil if that is nothing, or cannot be passed on.
  func pumpOfRest(_ name: SideName, after ending: Ending) -> Pump? {
    guard let lines = self[name].side.input as? WholeLineStream, lines.isHolding else { return nil }
    switch ending {
    case .finished, .idle, .cancelled: break
    case .inputFailed, .outputFailed: return nil
    }
    // After a read limit nothing more is wanted; behind bytes that were not delivered it would be in the wrong place.
    guard let pump = self[name].pump, !self[name].hasEnded, !pump.isHolding else { return nil }
    return pump.successor
  }

  /// How much of what an input has received its pump still takes. The beginning of a line is passed on after that.
  func heldToTake(_ input: (any ByteStream)?) -> Int {
    (input as? WholeLineStream)?.base.held ?? input?.held ?? 0
  }

  /// Runs a pump for a limited time, even in a task that was cancelled.
  func run(_ pump: Pump, within limit: Duration) async {
    let timer = Task(executorPreference: EventLoop.shared) {
      if await Self.sleep(for: limit) { await pump.cancel() }
    }
    await withUnsafeContinuation { continuation in pump.start { _ in continuation.resume() } }
    timer.cancel()
  }
}
