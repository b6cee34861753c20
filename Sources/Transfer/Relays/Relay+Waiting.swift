import SocketLoop
import Sockets

extension Relay {
  /// Starts the pumps, and what is waited for besides them.
  func start(_ continuation: UnsafeContinuation<Ending, Never>) {
    whenOver = continuation
    isHandling = true
    for name in [SideName.left, .right] where self[name].pump == nil {
      (self[name].isDone, self[name].hasEnded) = (true, true)
    }
    for name in [SideName.left, .right] {
      guard let pump = self[name].pump else { continue }
      let begin = { @LoopActor [unowned self, unowned pump] in
        pump.start { [unowned self, unowned pump] ending in
          // Here, because a pump also ends when the relay does: a member of a broadcast must not hold the others back.
          pump.source.stopReading()
          happened(.pumpEnded(name, ending))
        }
      }
      // A peer that has ended must not be noticed before an input that had ended earlier, if that takes a task.
      if name == .right, left.pump?.work != nil {
        Task(executorPreference: EventLoop.shared) { @LoopActor [self] in
          begin()
          extendLifetime(self)
        }
      } else {
        begin()
      }
    }
    if let idle = rules.idle { wait { await self.isSilent(for: idle) ? .idleOver : nil } }
    for name in [SideName.left, .right] where self[name].side.watchesOutput { watch(name) }
    for name in [SideName.left, .right] where self[name].pump == nil { startWaiting(after: name) }
    isHandling = false
    handleEvents()
  }

  /// Handles an event, once those before it are handled.
  func happened(_ event: Event) {
    events.append(event)
    if !isHandling { handleEvents() }
  }

  private func handleEvents() {
    isHandling = true
    while !events.isEmpty {
      let event = events.removeFirst()
      if case .pumpEnded(let name, _) = event { self[name].isOver = true }
      if ending == nil, let ending = handle(event) { decide(ending) }
    }
    isHandling = false
    if let ending, let continuation = whenOver, waits.isEmpty, isOver(left), isOver(right) {
      whenOver = nil
      continuation.resume(returning: ending)
    }
  }

  /// Ends the relay: once its pumps and its waits have ended.
  func decide(_ ending: Ending) {
    if self.ending != nil { return }
    self.ending = ending
    for wait in waits.values { wait.cancel() }
    for place in failures { place.cancel() }
    left.pump?.cancel()
    right.pump?.cancel()
    if !isHandling { handleEvents() }
  }

  private func isOver(_ state: State) -> Bool { state.pump == nil || state.isOver }

  /// Waits for something besides the pumps: `work` returns the event, or nil if it was cancelled.
  func wait(for work: @escaping @LoopActor @Sendable () async -> Event?) {
    latestWait += 1
    let number = latestWait
    waits[number] = Task(executorPreference: EventLoop.shared) { await self.finish(wait: number, work) }
  }

  private func finish(wait number: Int, _ work: @LoopActor @Sendable () async -> Event?) async {
    let event = await work()
    waits[number] = nil
    if let event { happened(event) } else if !isHandling { handleEvents() }
  }
}

// What a relay waits for besides its two pumps. Each wait is a task that returns an event, or nil if it was cancelled.
extension Relay {
  /// When the relay ends early: how long delivering the input already read may take.
  static let deliveryLimit = Duration.seconds(5)

  /// Starts the timers that run after a side's input has ended: the time limit for the other side, and the silence
  /// limit.
  func startWaiting(after name: SideName) {
    let rules = rules[name]
    if let quiet = rules.quiet {
      wait { await self.isSilent(for: quiet) ? .waitOver : nil }
    }
    if mayBeDismissed { wait { await self.awaitDismissal() } }
    if let limit = rules.wait { wait { await self.isSilent(name.other, for: limit) ? .waitOver : nil } }
  }

  /// Detects that a side has failed even though nothing is being read from it.
  func watch(_ name: SideName) {
    let output = self[name].side.output
    // Nearly every connection comes here, so a socket is watched without a task.
    if let socket = output as? SocketStream, let place = try? socket.socket.watch.failureSuspension() {
      failures.append(place)
      return place.rest { [weak self] wake in
        if case .resumed = wake { self?.happened(.failed(name)) }
        return false
      }
    }
    wait {
      do { try await output.failed() } catch { return nil }
      return .failed(name)
    }
  }

  /// Waits for silence in both directions.
  func isSilent(for duration: Duration) async -> Bool {
    let local = [SideName.left, .right].filter { !self[$0.other].side.isConnection }.compactMap { self[$0].pump }
    return await ByteCounter.silence(
      of: left.pump?.counter ?? ByteCounter(), right.pump?.counter ?? ByteCounter(), lasting: duration
    ) {
      local.contains { $0.isHeldUpBySink }
    }
  }

  /// Waits until nothing has come from one side for that long.
  ///
  /// It is not silent while we are the ones who take nothing from it.
  func isSilent(_ name: SideName, for duration: Duration) async -> Bool {
    let pump = self[name].pump
    return await (pump?.counter ?? ByteCounter()).silence(lasting: duration) {
      pump?.isHeldUpBySink == true || pump?.settings.rate?.isHoldingBack == true
    }
  }

  static func sleep(for duration: Duration) async -> Bool {
    do { try await EventLoop.sleep(until: .after(duration)) } catch { return false }
    return true
  }
}
