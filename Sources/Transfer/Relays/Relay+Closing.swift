import SocketLoop
import Sockets

extension Relay {
  /// Closes both sides. However the relay ended, each side still gets what it was sent. An earlier failure remains the
  /// reported ending.
  func close(after ending: Ending) async -> Ending {
    for name in [SideName.left, .right] {
      if let pump = pumpOfRest(name, after: ending) { await run(pump, within: limit(after: ending)) }
    }
    // First what takes no waiting, which is nearly always all.
    let left = closeAtOnce(.left, after: ending)
    guard isBetweenConnections else {
      let left = if let left { left } else { await close(.left, after: ending) }
      return if let right = closeAtOnce(.right, after: left) { right } else { await close(.right, after: left) }
    }
    switch (left, closeAtOnce(.right, after: ending)) {
    case (let left?, let right?): return Self.first(left, right)
    case (let left?, nil): return Self.first(left, await close(.right, after: ending))
    case (nil, let right?): return Self.first(await close(.left, after: ending), right)
    case (nil, nil): return await closeBoth(after: ending)
    }
  }

  /// The first ending, unless that is a good one.
  private static func first(_ one: Ending, _ other: Ending) -> Ending {
    if case .finished = one { other } else { one }
  }

  private var isBetweenConnections: Bool { left.side.isConnection && right.side.isConnection }

  /// Closes two connections in parallel, so that neither side waits for the other's acknowledgements.
  private func closeBoth(after ending: Ending) async -> Ending {
    await withTaskGroup(of: Ending.self) { group in
      for name in [SideName.left, .right] {
        group.addTask(executorPreference: EventLoop.shared) { await self.close(name, after: ending) }
      }
      var result = ending
      for await closed in group { result = Self.first(result, closed) }
      return result
    }
  }

  private func close(_ name: SideName, after ending: Ending) async -> Ending {
    let side = self[name].side
    let closing = closing(of: name, after: ending)
    let delivery = await side.output.close(closing, afterEnd: self[name].hasEnded)
    if !side.isConnection, let input = side.input {
      _ = await input.close(.delivered(within: .zero), afterEnd: self[name].hasEnded)
    }
    return judge(delivery, of: name, closing, ending)
  }

  /// Closes a side that can be closed without waiting; nil if it cannot.
  private func closeAtOnce(_ name: SideName, after ending: Ending) -> Ending? {
    let side = self[name].side
    let closing = closing(of: name, after: ending)
    if !side.isConnection, let input = side.input, !(input is any SourceStream), !(input is DescriptorStream) {
      return nil
    }
    guard let delivery = side.output.closeAtOnce(closing, afterEnd: self[name].hasEnded) else { return nil }
    if !side.isConnection { _ = side.input?.closeAtOnce(.delivered(within: .zero), afterEnd: self[name].hasEnded) }
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
    case .finished where rules.awaitsDelivery: limit = nil
    case .finished, .inputFailed, .outputFailed, .idle, .cancelled: limit = self.limit(after: ending)
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
