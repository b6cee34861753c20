import SocketLoop
import Sockets

/// Datagrams between our input and output and one peer, which the socket is connected to.
///
/// Datagrams have no end: when our input has ended the session waits so long for answers, and is over. An empty datagram
/// is data, in both directions.
@LoopActor
package final class DatagramSession {
  /// When the session ends.
  package struct Rules: Sendable {
    /// Which ways datagrams go.
    package var direction = Direction.both
    /// What to do when our input ends.
    package var onEOF = RelayRules.OnEnd.halfClose
    /// After our input has ended, so long for answers; nil to receive for ever.
    package var wait: Duration?
    /// Without traffic for so long, the session ends.
    package var idle: Duration?
    /// A session with `peer`, which `socket` is connected to.
    package init() {}
  }

  /// How it ended.
  package enum Ending: Sendable {
    case finished
    /// Sending or receiving failed: `ECONNREFUSED` where the peer's host said that nobody listens.
    case failed(SystemError)
    case inputFailed(SystemError)
    case outputFailed(SystemError)
    case idle
    case cancelled
  }

  /// Where the datagrams come from that are sent.
  package enum Input {
    case reader(MessageReader)
    /// One, with control messages.
    case message([UInt8], [ControlMessage] = [])
    case none
  }

  private let socket: any DatagramChannel
  private let peer: SocketAddress
  private let input: Input
  private let output: DescriptorStream?
  private let rules: Rules
  private let rates: (up: RateLimit?, down: RateLimit?)
  private let taps: (up: (any ByteTap)?, down: (any ByteTap)?)
  /// What was sent.
  package let sent = Flow()
  /// What was received.
  package let received = Flow()
  /// The latest ICMP error, and who sent it; nil where the socket tells of none.
  package var report: ExtendedError? { socket.report }
  /// Told of an ICMP error that does not end the session, once where the same is repeated.
  package var didHear: @LoopActor (ExtendedError) -> Void = { _ in }
  /// Told of each datagram that was received. Nil where nobody asks: they may go to the output many at once then.
  package var didReceive: (@LoopActor (DatagramSocket.Datagram) -> Void)?

  /// A session with `peer`, which `socket` is connected to.
  package init(
    _ socket: any DatagramChannel, peer: SocketAddress, input: Input, output: DescriptorStream?, rules: Rules,
    taps: (up: (any ByteTap)?, down: (any ByteTap)?) = (nil, nil),
    rates: (up: RateLimit?, down: RateLimit?) = (nil, nil)
  ) {
    self.rates = rates
    self.socket = socket
    self.peer = peer
    self.input = input
    self.output = output
    self.rules = rules
    self.taps = taps
  }

  private enum Event: Sendable {
    case inputEnded
    case waitOver
    case ended(Ending)
  }

  /// Runs the session to its end, and closes the socket.
  package func run() async -> Ending {
    let ending = await withTaskGroup(of: Event?.self) { group in
      let ending = await conduct(&group)
      group.cancelAll()
      return ending
    }
    defer { socket.close() }
    // A refusal of the last datagram may have come in the meantime.
    guard case .finished = ending else { return ending }
    if let number = socket.pendingError() {
      let error = SystemError(call: "send", number: number, subject: "to \(peer)")
      if !isPassing(.system(error)) { return .failed(error) }
    }
    // What ended nothing has turned out to be the end: the peer has not answered since.
    guard let lost = socket.unanswered else { return ending }
    return .failed(SystemError(call: "send", number: lost.number, subject: "to \(peer)"))
  }

  private func conduct(_ group: inout TaskGroup<Event?>) async -> Ending {
    group.addTask(executorPreference: EventLoop.shared) { await self.receiveAll() }
    if case .none = input {
      startWait(&group)
    } else {
      group.addTask(executorPreference: EventLoop.shared) { await self.sendAll() }
    }
    if rules.idle != nil { group.addTask(executorPreference: EventLoop.shared) { await self.watchIdle() } }
    if let output, output.hasReader {
      group.addTask(executorPreference: EventLoop.shared) { await self.watchOutput() }
    }
    while let event = await group.next() {
      switch event {
      case nil: continue
      case .ended(let ending): return ending
      case .waitOver: return .finished
      case .inputEnded:
        if rules.direction == .sendOnly || rules.onEOF == .close { return .finished }
        startWait(&group)
      }
    }
    return .cancelled
  }

  private func startWait(_ group: inout TaskGroup<Event?>) {
    guard let wait = rules.wait else { return }
    let end = MonotonicTime.after(wait)
    group.addTask(executorPreference: EventLoop.shared) { await self.waitForAnswers(until: end) }
  }

  private func waitForAnswers(until end: MonotonicTime) async -> Event? {
    do { try await EventLoop.sleep(until: end) } catch { return nil }
    return .waitOver
  }

  private func sendAll() async -> Event? {
    switch input {
    case .none: return nil
    case .message(let bytes, let control):
      let copy = RawBuffer(copying: bytes)
      defer { extendLifetime(copy) }
      if control.isEmpty { return await send(DatagramRun(copy.copied)) ?? .inputEnded }
      await taps.up?.saw(copy.copied)
      do throws(LoopError) {
        try await socket.send(bytes, control: control)
      } catch {
        return .ended(ending(for: error, call: "send to"))
      }
      sent.moved(copy.copied)
      return .inputEnded
    case .reader(let reader):
      while true {
        switch await reader.nextRun() {
        case .bytes(let run): if let event = await send(run) { return event }
        case .end:
          sent.isWhole = true
          return .inputEnded
        case .failed(let error): return .ended(.inputFailed(error))
        case .cancelled: return .ended(.cancelled)
        }
      }
    }
  }

  private func send(_ run: DatagramRun) async -> Event? {
    if let tap = taps.up { for index in 0..<run.count { await tap.saw(run[index]) } }
    var rest = run
    while true {
      var count = 0
      do throws(LoopError) {
        try await socket.send(rest, rate: rates.up) { count += $0 }
        sent.moved(UnsafeRawBufferPointer(rebasing: rest.bytes.prefix(count)))
        return nil
      } catch {
        sent.moved(UnsafeRawBufferPointer(rebasing: rest.bytes.prefix(count)))
        // The report of an earlier datagram: this one was not sent.
        guard isPassing(error) else { return .ended(ending(for: error, call: "send to")) }
        rest = rest.dropping(count)
      }
    }
  }

  private func receiveAll() async -> Event? {
    if let output, output.isByteStream, taps.down == nil, didReceive == nil, rates.down == nil {
      return await receiveAll(into: output)
    }
    while true {
      do throws(LoopError) {
        let datagram = try await socket.receive()
        // Those of others may have come before the socket was connected.
        if !socket.mayAnswer(datagram.peer, for: peer) { continue }
        try await rates.down?.pass(datagram.bytes.count)
        if let ending = await deliver(datagram) { return .ended(ending) }
      } catch {
        if isPassing(error) { continue }
        return .ended(ending(for: error, call: "receive from"))
      }
    }
  }

  /// Nobody sees where one datagram ends and the next begins: all that came are written at once.
  private func receiveAll(into output: DescriptorStream) async -> Event? {
    while true {
      do throws(LoopError) {
        let (vectors, count) = try await socket.receiveVectors(from: peer)
        received.moved(vectors, count: count)
        do throws(LoopError) {
          try await output.writeInTurn(vectors, count: count)
        } catch {
          if case .system(let error) = error { return .ended(.outputFailed(error)) }
          return .ended(.cancelled)
        }
      } catch {
        if isPassing(error) { continue }
        return .ended(ending(for: error, call: "receive from"))
      }
    }
  }

  /// Whether an error came by ICMP messages that end no session: they are told.
  private func isPassing(_ error: LoopError) -> Bool {
    let heard = report
    guard case .system(let error) = error, socket.isPassing(error) else { return false }
    if let report, report != heard { didHear(report) }
    return true
  }

  /// Writes one datagram to the output; also for one that was received before the session began.
  package func deliver(_ datagram: DatagramSocket.Datagram) async -> Ending? {
    received.moved(datagram.bytes)
    await taps.down?.saw(datagram.bytes)
    didReceive?(datagram)
    guard let output else { return nil }
    do throws(LoopError) {
      try await output.writeInTurn(datagram.bytes)
      return nil
    } catch {
      if case .system(let error) = error { return .outputFailed(error) }
      return .cancelled
    }
  }

  private func ending(for error: LoopError, call: String) -> Ending {
    guard case .system(let error) = error else { return .cancelled }
    return .failed(error.subject.isEmpty ? error.about("\(call == "send to" ? "to" : "from") \(peer)") : error)
  }

  /// It is on us, and no silence of the peer's, that nothing moves.
  private var isHeldUp: Bool {
    output?.isOutOfRoom == true || rates.up?.isHoldingBack == true || rates.down?.isHoldingBack == true
  }

  private func watchIdle() async -> Event? {
    guard let idle = rules.idle else { return nil }
    let isIdle = await Flow.silence(of: sent, received, lasting: idle, unless: { isHeldUp })
    return isIdle ? .ended(.idle) : nil
  }

  private func watchOutput() async -> Event? {
    guard let output else { return nil }
    do { try await output.failed() } catch { return nil }
    return .ended(.outputFailed(SystemError(call: "write", number: .brokenPipe)))
  }
}
