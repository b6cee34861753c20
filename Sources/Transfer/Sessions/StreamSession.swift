import SocketLoop
import Sockets

/// One connection between a peer and our input and output, from the first byte to the end of both directions.
///
/// Two pumps run side by side; this type only decides when it is over:
///
/// | what happened | then |
/// |---|---|
/// | our input ended | send the rest and half-close (or keep, or end: `onEOF`); go on receiving |
/// | the peer ended | if our input has ended or is a terminal, the end; otherwise go on sending |
/// | the peer reset | take what it had sent, then fail |
/// | the output's reader has gone | fail at once |
/// | our input or output failed, or a file was not sent to its end | the peer gets what was sent, and then a reset |
///
/// Whoever ends first leaves nothing of ours to be destroyed by a reset: see ``LingeringClose``. The reset of the last row
/// tells the peer that something is missing, as RFC 1122, 4.2.2.13, has it: an end in good order would say that all is well.
@LoopActor
package final class StreamSession {
  /// How it ended.
  package enum Ending: Sendable {
    case finished
    /// The connection broke: a reset, or the network gave up.
    case connectionFailed(SystemError)
    case inputFailed(SystemError)
    case outputFailed(SystemError)
    case idle
    case cancelled
  }

  let connection: AsyncSocket
  let rules: StreamRules
  /// What was sent.
  package let sent: Flow
  /// What was received.
  package let received: Flow
  /// More came than was to be received.
  package var receivedTooMuch: Bool { downward.source.hasMore }
  private let inputIsTerminal: Bool
  private let upward: (any Upward)?
  private let output: StreamEnd?
  private let downward: Pump
  /// Told when the peer has ended.
  package var peerEnded: @LoopActor () -> Void = {}
  /// Told of what could not be delivered although nothing failed.
  package var warn: @LoopActor (String) -> Void = { _ in }

  // What has happened so far.
  private var inputHasEnded: Bool
  private var peerHasEnded = false
  private var outputIsDone = false
  /// Something of the peer's did not get into our output.
  private var outputIsCut = false
  private var hasShutDown = false
  /// Nothing more is read; what was read is still delivered.
  private var isFinishing = false
  private var failure: SystemError?

  /// - Parameters:
  ///   - upward: what carries our input to the peer; nil to send nothing.
  ///   - downward: what carries the peer's bytes to our output.
  ///   - output: watched for its reader's going; nil where that does not matter.
  package init(
    _ connection: AsyncSocket, upward: (any Upward)?, inputIsTerminal: Bool, downward: Pump, output: StreamEnd?,
    rules: StreamRules
  ) {
    self.connection = connection
    self.upward = upward
    self.inputIsTerminal = inputIsTerminal
    self.downward = downward
    self.output = output
    self.rules = rules
    sent = upward?.flow ?? Flow()
    received = downward.flow
    inputHasEnded = upward == nil
  }

  private enum Event: Sendable {
    case inputDone(Pump.Ending)
    case outputDone(Pump.Ending)
    case waitOver
    case idleOver
    case outputGone
    case peerReset
    case deliveryLimit
  }

  /// How long a peer that ended the session early may take for what was read of our input.
  private static let deliveryLimit = Duration.seconds(5)

  /// Runs the session to its end, and closes the connection.
  package func run() async -> Ending {
    var ending = await withTaskGroup(of: Event?.self) { group in
      let ending = await conduct(&group)
      group.cancelAll()
      return ending
    }
    if !closesByReset { ending = await closeInOrder(after: ending) }
    connection.close()
    return ending
  }

  /// Lets the peer have what was sent, whatever ended the session; what failed before stays the reason.
  private func closeInOrder(after ending: Ending) async -> Ending {
    let limit: Duration?
    switch ending {
    case .connectionFailed: return ending
    case .finished: limit = rules.direction == .sendOnly ? nil : Self.deliveryLimit
    case .inputFailed, .outputFailed, .idle: limit = Self.deliveryLimit
    // By a signal or the deadline: whoever sent it waits for us.
    case .cancelled: limit = Self.cancelledLimit
    }
    let breaksOff = isCutShort(ending) && canBreakOff
    if !breaksOff { shutDown() }
    let linger = LingeringClose(connection: connection, peerHasEnded: peerHasEnded, breaksOff: breaksOff)
    // A task of its own: ours may be cancelled already.
    let outcome = await Task(executorPreference: EventLoop.shared) { await linger.run(until: .after(limit)) }.value
    if breaksOff { try? connection.socket.set(.linger, to: Duration.zero) }
    let isFinished = if case .finished = ending { true } else { false }
    switch outcome {
    case .acknowledged: return ending
    case .failed(let error): return isFinished ? .connectionFailed(error) : ending
    case .timedOut(let count):
      if isFinished || breaksOff { warn("the peer has not acknowledged \(count) bytes that were sent") }
      return ending
    }
  }

  private static let cancelledLimit = Duration.seconds(1)

  /// Whether the peer is to learn that not everything went over.
  private func isCutShort(_ ending: Ending) -> Bool {
    switch ending {
    case .finished, .connectionFailed: false
    case .inputFailed: true
    case .outputFailed: outputIsCut
    case .idle, .cancelled: !sent.isWhole && upward?.isIncomplete == true || downward.sink.hasFailed
    }
  }

  /// Of SCTP only the answer to a shutdown says what has arrived, and a reset would destroy the rest.
  private var canBreakOff: Bool {
    !connection.socket.traits.contains(.closesByHandshake) || sent.bytes == 0
  }

  private var closesByReset: Bool {
    rules.mayReset && (try? connection.socket.get(.linger)) == .some(.some(.zero))
  }

  private func conduct(_ group: inout TaskGroup<Event?>) async -> Ending {
    if upward != nil { group.addTask(executorPreference: EventLoop.shared) { await self.runInput() } }
    group.addTask(executorPreference: EventLoop.shared) { await self.runOutput() }
    if rules.idle != nil { group.addTask(executorPreference: EventLoop.shared) { await self.watchIdle() } }
    if let output, output.kind == .pipe || output.kind == .socket {
      group.addTask(executorPreference: EventLoop.shared) { await self.watchOutput() }
    }
    if inputHasEnded { startWait(&group) }
    while let event = await group.next() {
      guard let event else { continue }
      if let ending = handle(event, &group) { return ending }
    }
    return .cancelled
  }

  /// Decides what an event means; nil to go on.
  private func handle(_ event: Event, _ group: inout TaskGroup<Event?>) -> Ending? {
    switch event {
    case .inputDone(let ending): return inputDone(ending, &group)
    case .outputDone(let ending): return outputDone(ending, &group)
    case .waitOver: return finish(&group)
    case .idleOver: return .idle
    case .outputGone:
      // A reader that had taken all there was has lost nothing.
      let unread = try? connection.socket.unreadByteCount()
      outputIsCut = downward.isHolding || unread ?? 0 > 0
      return .outputFailed(SystemError(call: "write", number: .brokenPipe))
    case .peerReset:
      let pending = try? connection.socket.pendingError()
      return .connectionFailed(failure ?? SystemError(call: "recv", number: pending ?? .connectionReset))
    case .deliveryLimit:
      if !inputHasEnded { warn("a part of the input was read and could not be sent: the peer does not take it") }
      upward?.abandon()
      return nil
    }
  }

  private func inputDone(_ ending: Pump.Ending, _ group: inout TaskGroup<Event?>) -> Ending? {
    inputHasEnded = true
    switch ending {
    case .cancelled where !isFinishing: return .cancelled
    case .sourceFailed(let error): return .inputFailed(error)
    case .sinkFailed(let error):
      // The peer is gone. What it sent before may still wait to be received and written.
      failure = failure ?? error
      // One that took nothing for too long is there still, and may never say anything; as where the message was refused.
      if [.timedOut, .messageTooLong, .notPermitted, .noProcess, .tooManyReferences].contains(error.number) {
        downward.stop()
      }
      return outputIsDone ? .connectionFailed(error) : nil
    case .sourceEnded: sent.isWhole = true
    case .stopped, .cancelled: break
    }
    if isFinishing { return outputIsDone ? .finished : nil }
    if peerHasEnded { return .finished }
    if rules.direction == .sendOnly || rules.onEOF == .close || upward?.endsSession == true { return finish(&group) }
    if rules.onEOF == .halfClose { shutDown() }
    startWait(&group)
    return nil
  }

  private func outputDone(_ ending: Pump.Ending, _ group: inout TaskGroup<Event?>) -> Ending? {
    outputIsDone = true
    switch ending {
    case .cancelled: return .cancelled
    case .sourceFailed(let error): return .connectionFailed(failure ?? error)
    case .sinkFailed(let error):
      outputIsCut = true
      downward.sink.hasFailed = true
      return .outputFailed(error)
    case .stopped: break
    case .sourceEnded:
      peerHasEnded = true
      peerEnded()
    }
    if let failure { return .connectionFailed(failure) }
    if inputHasEnded { return .finished }
    if isFinishing { return nil }
    if inputIsTerminal || rules.onPeerEOF == .exit || rules.direction == .receiveOnly { return finish(&group) }
    group.addTask(executorPreference: EventLoop.shared) { await self.watchReset() }
    if rules.endedPeerTimeout != nil {
      group.addTask(executorPreference: EventLoop.shared) { await self.watchSending() }
    }
    return nil
  }

  /// Ends in good order: nothing more is read, what was read is delivered.
  private func finish(_ group: inout TaskGroup<Event?>) -> Ending? {
    if isFinishing { return nil }
    isFinishing = true
    upward?.stop()
    // What the kernel has taken for us was received, and is not left unwritten because our output is slow.
    let arrived = rules.direction == .sendOnly ? nil : try? connection.socket.unreadByteCount()
    downward.finish(taking: arrived ?? 0)
    if inputHasEnded, outputIsDone { return .finished }
    group.addTask(executorPreference: EventLoop.shared) { await self.limitDelivery() }
    return nil
  }

  private func shutDown() {
    if hasShutDown { return }
    hasShutDown = true
    // ENOTCONN: the peer has reset; the receiving side will tell.
    try? connection.socket.shutdown(connection.socket.traits.contains(.shutsDownBoth) ? .both : .sending)
  }

  // MARK: - Child tasks

  private func runInput() async -> Event? {
    guard let upward else { return nil }
    return .inputDone(await upward.run())
  }

  private func runOutput() async -> Event? { .outputDone(await downward.run()) }

  private func startWait(_ group: inout TaskGroup<Event?>) {
    if rules.quiet != nil { group.addTask(executorPreference: EventLoop.shared) { await self.waitForQuiet() } }
    guard rules.wait != nil else { return }
    group.addTask(executorPreference: EventLoop.shared) { await self.waitForPeer() }
  }

  private func waitForQuiet() async -> Event? {
    guard let quiet = rules.quiet else { return nil }
    return await Flow.silence(of: sent, received, lasting: quiet) ? .waitOver : nil
  }

  private func waitForPeer() async -> Event? {
    do { try await EventLoop.sleep(until: .after(rules.wait)) } catch { return nil }
    return .waitOver
  }

  private func limitDelivery() async -> Event? {
    do { try await EventLoop.sleep(until: .after(Self.deliveryLimit)) } catch { return nil }
    return .deliveryLimit
  }

  private func watchIdle() async -> Event? {
    guard let idle = rules.idle else { return nil }
    let (sent, received, downward) = (sent, received, downward)
    // What the peer has sent and our own reader does not take is no silence of the peer's.
    let isIdle = await Flow.silence(of: sent, received, lasting: idle, unless: { downward.isHeldUpBySink })
    return isIdle ? .idleOver : nil
  }

  /// The peer has ended. It may have closed: only sending would tell, and nothing is sent.
  private func watchSending() async -> Event? {
    guard let timeout = rules.endedPeerTimeout else { return nil }
    return await Flow.silence(of: sent, received, lasting: timeout) ? .waitOver : nil
  }

  private func watchOutput() async -> Event? {
    guard let output else { return nil }
    do { try await output.watch.failed() } catch { return nil }
    return .outputGone
  }

  /// After the peer's end only a reset can come: it must not go unseen while our input is silent.
  private func watchReset() async -> Event? {
    do { try await connection.watch.failed() } catch { return nil }
    return .peerReset
  }
}
