import SocketLoop
import Sockets

extension Relay {
  /// Closes both sides. However the relay ended, each side still gets what it was sent. An earlier failure remains the
  /// reported ending.
  func close(after ending: Ending) async -> Ending {
    guard left.side.isConnection, right.side.isConnection else {
      return await close(.right, after: await close(.left, after: ending))
    }
    // In parallel, so that neither side waits for the other's acknowledgements.
    return await withTaskGroup(of: Ending.self) { group in
      for name in [SideName.left, .right] {
        group.addTask(executorPreference: EventLoop.shared) { await self.close(name, after: ending) }
      }
      var result = ending
      for await closed in group { if case .finished = result { result = closed } }
      return result
    }
  }

  private func close(_ name: SideName, after ending: Ending) async -> Ending {
    let state = self[name]
    let closing = closing(of: name, after: ending)
    let delivery = await state.side.output.close(closing, afterEnd: state.hasEnded)
    if !state.side.isConnection, let input = state.side.input {
      _ = await input.close(.delivered(within: .zero), afterEnd: state.hasEnded)
    }
    return judge(delivery, of: name, closing, ending)
  }

  private func judge(_ delivery: StreamDelivery, of name: SideName, _ closing: StreamClosing, _ ending: Ending)
    -> Ending
  {
    let isFinished = if case .finished = ending { true } else { false }
    switch delivery {
    case .acknowledged: return ending
    case .failed(let error): return isFinished ? .outputFailed(name, error) : ending
    case .timedOut(let count):
      if isFinished || isAbort(closing) { warn("the peer has not acknowledged \(count) bytes that were sent") }
      return ending
    }
  }

  private func isAbort(_ closing: StreamClosing) -> Bool {
    if case .aborted = closing { true } else { false }
  }

  private func closing(of name: SideName, after ending: Ending) -> StreamClosing {
    let limit: Duration?
    switch ending {
    // The connection itself is broken, so there is nothing to wait for.
    case .inputFailed(name, _), .outputFailed(name, _): return .atOnce
    case .finished: limit = rules.awaitsDelivery ? nil : Self.deliveryLimit
    case .inputFailed, .outputFailed, .idle: limit = Self.deliveryLimit
    case .cancelled: limit = LingeringClose.cancelledLimit
    }
    return isCutShort(name, ending) && canAbort(name) ? .aborted(deliveringWithin: limit) : .delivered(within: limit)
  }

  /// Whether this side must learn that the data it got is incomplete.
  private func isCutShort(_ name: SideName, _ ending: Ending) -> Bool {
    let other = self[name.other]
    return switch ending {
    case .finished: false
    case .inputFailed: true
    case .outputFailed: other.isCut || other.side.isConnection
    case .idle, .cancelled:
      other.pump.map { !$0.counter.isComplete && $0.isIncomplete } ?? false
        || other.side.output.pages?.hasFailed == true
    }
  }

  /// Whether this side can be reset without losing data. SCTP confirms delivery only by answering a shutdown, and an
  /// abort would destroy whatever is still in flight.
  private func canAbort(_ name: SideName) -> Bool {
    guard let connection = self[name].side.output.connection else { return true }
    return !connection.socket.traits.contains(.closesByHandshake) || self[name.other].pump?.counter.bytes ?? 0 == 0
  }
}
