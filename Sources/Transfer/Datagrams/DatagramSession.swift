import SocketLoop
import Sockets

/// Exchanges datagrams between our input and output and a single peer, to which the socket is connected.
///
/// Datagrams have no end of stream: when our input ends, the session waits a while for answers, then ends. An empty
/// datagram is data, in both directions.
@LoopActor
package final class DatagramSession {
  /// When the session ends.
  package struct Rules: Sendable {
    /// In which directions datagrams flow.
    package var direction = Direction.both
    /// What to do when our input ends.
    package var onEOF = RelayRules.OnEnd.halfClose
    /// How long to wait for an answer after our input has ended, and for the next one after that; nil to receive
    /// forever.
    package var wait: Duration?
    /// Whether the peer has several addresses, see ``DatagramSession/inputForAnotherAddress``.
    package var peerHasSeveralAddresses = false
    /// Whether datagrams of any sender are written out: the peer cannot be answered, so the socket is not connected.
    package var hearsAll = false
    /// How long without traffic ends the session; nil for no limit.
    package var idle: Duration?
    /// The defaults.
    package init() {}
  }

  /// How the session ended.
  package enum Ending: Sendable {
    case finished
    /// Sending or receiving failed; `ECONNREFUSED` if the peer's host reported that nothing listens there.
    case failed(SystemError)
    case inputFailed(SystemError)
    case outputFailed(SystemError)
    case idle
    case cancelled
  }

  /// Where the datagrams to send come from.
  package enum Input {
    /// What is read, behind datagrams that another address has refused.
    case reader(MessageReader, resending: [[UInt8]] = [])
    /// A single datagram, with control messages.
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
  private var unconfirmed: UnconfirmedDatagrams?
  /// Counts the bytes sent.
  package let sent = ByteCounter()
  /// Counts the bytes received.
  package let received = ByteCounter()
  /// The latest ICMP error and its sender; nil if there was none.
  package var report: ExtendedError? { socket.report }
  /// Called with an ICMP error that does not end the session. Repetitions of the same error are reported once.
  package var didReceiveError: @LoopActor (ExtendedError) -> Void = { _ in }
  /// Called with each received datagram. If nil, many datagrams may be written to the output with one call.
  package var didReceive: (@LoopActor (DatagramSocket.Datagram) -> Void)?

  /// A session with `peer`, to which `socket` is connected.
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
    if rules.peerHasSeveralAddresses {
      if case .reader(_, let earlier) = input { unconfirmed = .init(earlier) } else { unconfirmed = .init() }
    }
  }

  /// If this address of the peer refused everything: the input for a session with another one, including what was sent
  /// here. Nil once something is known to receive here, and if the peer has no other.
  package var inputForAnotherAddress: Input? {
    guard let unconfirmed, !unconfirmed.isConfirmed else { return nil }
    if case .reader(let reader, _) = input { return .reader(reader, resending: unconfirmed.datagrams) }
    return input
  }

  private enum Event: Sendable {
    case inputEnded
    case waitOver
    case ended(Ending)
  }

  /// Runs the session until it ends, then closes the socket.
  package func run() async -> Ending {
    let ending = await withTaskGroup(of: Event?.self) { group in
      let ending = await conduct(&group)
      group.cancelAll()
      return ending
    }
    defer { socket.close() }
    // The refusal of the last datagram may have arrived in the meantime.
    guard case .finished = ending else { return ending }
    if let number = socket.pendingError() {
      let error = SystemError(call: "send", number: number, subject: "to \(peer)")
      if !isPassing(.system(error)) { return .failed(error) }
    }
    // The error looked transient, but the peer has not answered since, so it counts after all.
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
    group.addTask(executorPreference: EventLoop.shared) {
      await self.received.silence(lasting: wait, unless: { self.isHeldUp }) ? .waitOver : nil
    }
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
      sent.add(copy.copied)
      return .inputEnded
    case .reader(let reader, let earlier):
      for datagram in earlier {
        let copy = RawBuffer(copying: datagram)
        defer { extendLifetime(copy) }
        if let event = await send(DatagramRun(copy.copied)) { return event }
      }
      while true {
        switch await reader.nextRun() {
        case .bytes(let run):
          unconfirmed?.add(run)
          if let event = await send(run) { return event }
        case .end:
          sent.isComplete = true
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
        sent.add(UnsafeRawBufferPointer(rebasing: rest.bytes.prefix(count)))
        return nil
      } catch {
        sent.add(UnsafeRawBufferPointer(rebasing: rest.bytes.prefix(count)))
        // The error was about an earlier datagram, and kept this one from being sent: try again.
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
        // Datagrams from other senders may have arrived before the socket was connected.
        if !rules.hearsAll, !socket.mayAnswer(datagram.peer, for: peer) { continue }
        try await rates.down?.wait(toReceive: datagram.bytes.count)
        if let ending = await deliver(datagram) { return .ended(ending) }
      } catch {
        if isPassing(error) { continue }
        return .ended(ending(for: error, call: "receive from"))
      }
    }
  }

  /// The output does not show datagram boundaries, so everything that arrives is written with one call.
  private func receiveAll(into output: DescriptorStream) async -> Event? {
    while true {
      do throws(LoopError) {
        let (vectors, count) = try await socket.receiveVectors(from: rules.hearsAll ? nil : peer)
        unconfirmed?.confirm()
        received.add(vectors, count: count)
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

  /// Whether an error was caused only by ICMP messages that do not end the session. Reports the latest one.
  private func isPassing(_ error: LoopError) -> Bool {
    let heard = report
    guard case .system(let error) = error, socket.isPassing(error) else { return false }
    if let report, report != heard { didReceiveError(report) }
    return true
  }

  /// Writes one datagram to the output. Also used for one that arrived before the session began.
  package func deliver(_ datagram: DatagramSocket.Datagram) async -> Ending? {
    unconfirmed?.confirm()
    received.add(datagram.bytes)
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

  /// Whether nothing moves because of us, which does not count as the peer's silence.
  private var isHeldUp: Bool {
    output?.isOutOfRoom == true || rates.up?.isHoldingBack == true || rates.down?.isHoldingBack == true
  }

  private func watchIdle() async -> Event? {
    guard let idle = rules.idle else { return nil }
    let isIdle = await ByteCounter.silence(of: sent, received, lasting: idle, unless: { isHeldUp })
    return isIdle ? .ended(.idle) : nil
  }

  private func watchOutput() async -> Event? {
    guard let output else { return nil }
    do { try await output.failed() } catch { return nil }
    return .ended(.outputFailed(SystemError(call: "write", number: .brokenPipe)))
  }
}
