import SocketLoop
import Sockets
import Transfer

/// Builds a relay or a datagram session from a connection and the user's options: filters, taps, limits, rules.
@LoopActor
struct SessionBuilder {
  let options: ConnectionOptions
  let streams: StandardStreams
  let taps: TapSet
  /// Sent instead of standard input.
  var message: [UInt8]?
  /// The beginning of standard input, if it has been read already.
  var begun: (any ByteStream)?
  /// Replaces standard input, and also the output if that is the same terminal.
  var console: (any Console)?
  /// Reads standard input on behalf of several connections.
  var broadcast: Broadcast?
  /// Whether other sessions write to standard output, too.
  var sharesOutput = false
  /// Whether what a peer sends is written out in whole lines.
  var writesWholeLines = false
  /// `--prefix`: whether each line says whose it is.
  var marksPeers = false
  /// Whether it was us who connected, so that an answer can be expected.
  var isClient = false
  /// Whether no other session will write to standard output, either, so that it ends with the peer.
  var isLast = false
  /// How long a client waits without receiving anything, if the end of our input cannot be signalled to the peer.
  var quiet: Duration?
  /// `--pass-fd`, `--pass-credentials`: the control messages to send with the message.
  var control: [ControlMessage] = []
  /// Whether the peer of a datagram session has several addresses.
  var peerHasSeveralAddresses = false
  /// The input of a datagram session whose peer has refused it at another address.
  var datagramInput: DatagramSession.Input?
  /// `--peer-timeout` of a server.
  var endedPeerTimeout: Duration?

  /// Makes a relay between our standard streams and a peer. If that fails, the connection is reset.
  ///
  /// - Parameter resumed: the agreement of both sides, for a resumed transfer.
  func relay(
    _ peer: any ByteStream, record: ConnectionRecord, resumed: ResumedTransfer? = nil
  ) throws(OperationError) -> StandardSession {
    do throws(OperationError) {
      return try makeRelay(peer, record, resumed)
    } catch {
      peer.abort()
      record.closed()
      throw error
    }
  }

  private func makeRelay(
    _ peer: any ByteStream, _ record: ConnectionRecord, _ resumed: ResumedTransfer?
  ) throws(OperationError) -> StandardSession {
    if let socket = peer.socketStream { prepare(socket, record) }
    var toPeer = Pump.Settings()
    var toOutput = Pump.Settings()
    if options.received.endsByContent { toOutput.limit = options.received.readLimit }
    if let resumed, !resumed.isSending { toOutput.limit.expect(Int(resumed.count)) }
    if let resumed, let digest = resumed.digest {
      let counter = resumed.isSending ? toPeer.counter : toOutput.counter
      counter.digest = digest
      counter.earlier = UInt64(resumed.offset)
    }
    let (input, isTerminal) = try input(for: peer, &toPeer, received: toOutput.counter)
    let output = try output(record, &toOutput)
    let rules = rules(for: peer, inputIsTerminal: isTerminal)
    let relay = Relay(
      .init(
        input: input, output: output,
        watchesOutput: options.direction != .sendOnly && !sharesOutput && output.hasReader),
      .init(writesWholeLines ? WholeLineStream(peer) : peer), toRight: toPeer, toLeft: toOutput, rules: rules)
    (input as? QueueStream)?.pump = relay.toRight
    record.carries(
      sent: toPeer.counter, received: toOutput.counter, options.direction,
      total: (try total(record), resumed.flatMap { $0.isSending ? nil : $0.count }))
    let limit = toOutput.limit
    let isResumed = resumed != nil
    let notice =
      isClient && options.direction == .both && rules.left.onEnd == .halfClose && resumed == nil
      ? HangUpNotice(peer, sent: toPeer.counter, received: toOutput.counter) : nil
    relay.sideEnded = { side in
      guard side == .right else { return notice?.inputEnded() ?? () }
      // Where we stop reading, the peer has not ended.
      guard isResumed || limit.remaining > 0 else { return }
      record.emit(.peerEOF)
      if let warning = notice?.warning(isVerbose: record.shows(.peerEOF)) { record.warn(warning) }
    }
    relay.warn = { record.warn($0) }
    return StandardSession(relay: relay, sent: toPeer.counter, received: toOutput.counter)
  }

  /// Applies the options that concern the socket below the stream.
  private func prepare(_ socket: SocketStream, _ record: ConnectionRecord) {
    let connection = socket.socket
    // Skipped for a short message, which is sent before pacing starts, and for a receiver, which does not pace.
    if options.direction != .receiveOnly, message.map({ $0.count > 65_536 }) ?? true {
      LoopbackCongestionControl.choose(for: connection.socket, options: options.socketOptions, record: record)
    }
    if let observer = observer(connection, record) { socket.report(to: observer) }
    socket.mayResetByLinger = options.socketOptions.contains { $0.option.name == "SO_LINGER" }
    socket.attach(control)
    if connection.socket.canLoseDescriptors() {
      socket.onLostDescriptors { record.warn(DescriptorNote.unwanted(0)) }
    }
  }

  /// The rules under END OF INPUT in sock(1); the left side is ours, the right side is the peer.
  private func rules(for peer: any ByteStream, inputIsTerminal: Bool) -> RelayRules {
    var rules = RelayRules()
    rules.left.onEnd = options.direction == .sendOnly ? .close : options.onEOF
    rules.left.wait = options.wait
    rules.right.onEnd =
      inputIsTerminal || options.onPeerEOF == .exit || options.direction == .receiveOnly ? .close : .halfClose
    rules.right.quiet = endedPeerTimeout
    rules.idle = options.silenceLimit
    rules.awaitsDelivery = options.direction == .sendOnly
    if !peer.hasHalfClose {
      // Ending our half would end the peer's as well, and lose its answer. When the peer ends, both halves have ended.
      if rules.left.onEnd == .halfClose {
        rules.left.onEnd = .keep
        if rules.left.wait == nil { rules.left.quiet = quiet }
      }
      rules.right.onEnd = .close
    }
    return rules
  }

  /// Reports each received message and each change of the association, if either is wanted and the kernel describes
  /// them.
  private func observer(_ connection: AsyncSocket, _ record: ConnectionRecord) -> MessageObserver? {
    guard connection.socket.traits.contains(.describesMessages) else { return nil }
    let isShown = record.shows(.received)
    // An `SCTP_EVENT…` option of the user's also enables notifications, which must not pass for data.
    let isAsked = options.socketOptions.contains { $0.option.name.hasPrefix("SCTP_EVENT") }
    if isShown, !isAsked { try? connection.socket.requestNotifications() }
    guard isShown || isAsked else { return nil }
    let showsMessages = isShown && options.direction != .sendOnly
    return MessageObserver({ if showsMessages { record.message($0, $1) } }, notify: { record.notification($0) })
  }

  /// The stream to write received data to.
  private func output(_ record: ConnectionRecord, _ settings: inout Pump.Settings) throws(OperationError)
    -> DescriptorStream
  {
    let shown = options.direction == .sendOnly ? nil : console.flatMap { $0.showsPeer ? $0 : nil }
    let log = taps.received(from: record.peer)
    settings.tap = shown.map { ConsoleTap($0, log: log) } ?? log
    settings.rate = options.receiveRate.map { RateLimit(bytesPerSecond: $0) }
    let output =
      options.direction == .sendOnly || shown != nil
      ? try streams.null() : try streams.output()
    if sharesOutput { settings.turns = output.turns }
    if marksPeers { settings.filter = LinePrefix("\(record.peer): ") }
    if isLast, shown == nil, options.direction != .sendOnly { output.releaseAtEnd() }
    return output
  }

  /// The stream to read what is sent from, or nil; and whether it is a terminal.
  private func input(
    for peer: any ByteStream, _ settings: inout Pump.Settings, received: ByteCounter
  ) throws(OperationError) -> ((any ByteStream)?, isTerminal: Bool) {
    if options.direction == .receiveOnly { return (nil, false) }
    if let broadcast {
      settings.counter = ByteCounter(keepsTime: true)
      return (
        broadcast.member(keepsMessageBoundaries: peer.keepsMessageBoundaries), isTerminal: broadcast.inputIsTerminal
      )
    }
    settings.tap = taps.sent(to: nil)
    let filter: (any ByteFilter)? = options.crlf ? CRLFFilter() : nil
    if let console {
      let stream = ConsoleStream(
        console, to: peer, filter: filter, tap: settings.tap, sent: settings.counter, received: received)
      return (stream, isTerminal: true)
    }
    settings.rate = options.sendRate.map { RateLimit(bytesPerSecond: $0) }
    if let message { return (paced(MemoryStream(filtered(message)), ReadLimit()).input, isTerminal: false) }
    let input = try streams.input(options)
    let isTerminal = input.kind == .terminal
    if peer.keepsMessageBoundaries {
      return (MessageStream(reader(input, largest: peer.longestMessage)), isTerminal)
    }
    settings.filter = filter
    let (stream, limit) = paced(begun ?? input, streams.inputLimit)
    settings.limit = limit
    return (stream, isTerminal)
  }

  /// The input, paced line by line if `--line-delay` asks for it, and the limit that is left for its reader.
  private func paced(_ input: any ByteStream, _ limit: ReadLimit) -> (input: any ByteStream, limit: ReadLimit) {
    guard let delay = options.lineDelay else { return (input, limit) }
    return (PacedLineStream(input, limit: limit, delay: delay), ReadLimit())
  }

  /// Makes a request to a kernel service: sends all of the input, then receives one answer.
  func request(_ connection: AsyncSocket, record: ConnectionRecord) throws(OperationError) -> StandardSession {
    var toService = Pump.Settings()
    toService.tap = taps.sent(to: nil)
    var toOutput = Pump.Settings()
    toOutput.tap = taps.received(from: record.peer)
    let input: any ByteStream
    if let message {
      input = MemoryStream(filtered(message))
    } else {
      input = try streams.input(options)
      toService.limit = streams.inputLimit
      toService.filter = options.crlf ? CRLFFilter() : nil
    }
    let output = try streams.output()
    record.carries(sent: toService.counter, received: toOutput.counter, total: (try total(record), nil))
    let relay = Relay(
      .init(input: input, output: output, watchesOutput: output.hasReader), .init(KernelServiceStream(connection)),
      toRight: toService, toLeft: toOutput, rules: RelayRules())
    return StandardSession(relay: relay, sent: toService.counter, received: toOutput.counter)
  }

  /// Makes a datagram session with one peer.
  ///
  /// - Parameter isAnswerable: false for a peer to which nothing can be sent. Then no input is read, so that none is
  ///   lost.
  func datagrams(
    _ socket: DatagramSocket, with peer: SocketAddress, record: ConnectionRecord, defaultWait: Duration?,
    isAnswerable: Bool = true
  ) throws(OperationError) -> DatagramSession {
    var rules = DatagramSession.Rules()
    rules.direction = isAnswerable ? options.direction : .receiveOnly
    rules.hearsAll = !isAnswerable
    rules.onEOF = options.onEOF
    // With `--recv-only` there is no input, so the wait would begin at once: there is no default then.
    rules.wait = options.wait ?? (rules.direction == .receiveOnly ? nil : defaultWait)
    rules.idle = options.idleTimeout
    rules.peerHasSeveralAddresses = peerHasSeveralAddresses
    let input: DatagramSession.Input
    if rules.direction == .receiveOnly {
      input = .none
    } else if let datagramInput {
      input = datagramInput
    } else if let message {
      input = .message(filtered(message), control)
    } else {
      input = .reader(
        reader(try streams.input(options), largest: socket.connection.socket.largestMessage()))
    }
    let session = DatagramSession(
      socket, peer: peer, input: input,
      output: options.direction == .sendOnly ? nil : try streams.output(), rules: rules,
      taps: (taps.sent(to: nil), taps.received(from: record.peer)),
      rates: (
        options.sendRate.map { RateLimit(bytesPerSecond: $0) },
        options.receiveRate.map { RateLimit(bytesPerSecond: $0) }
      ))
    record.carries(sent: session.sent, received: session.received, options.direction, total: (try total(record), nil))
    session.didReceiveError = { report in record.warn("\(report.attributedMeaning ?? report.meaning)") }
    // UDP datagrams always fit, so there is nothing to report about them but their arrival.
    if record.shows(.received) || !socket.connection.socket.isUDP {
      session.didReceive = { record.datagram($0) }
    }
    return session
  }

  /// The number of bytes to send; nil if unknown, or if filters change it.
  private func total(_ record: ConnectionRecord) throws(OperationError) -> UInt64? {
    guard record.isMetered else { return nil }
    if options.direction == .receiveOnly || broadcast != nil || console != nil { return nil }
    if let message { return UInt64(filtered(message).count) }
    if options.crlf { return nil }
    if let begun { return streams.inputLimit.remaining(of: begun).map { UInt64($0) } }
    return try streams.remainingByteCount(options).map { UInt64($0) }
  }

  func filtered(_ message: [UInt8]) -> [UInt8] {
    options.crlf ? message.withUnsafeBytes { CRLFFilter().apply(to: $0) } : message
  }

  /// - Parameter largest: the longest message that the connection can send.
  func reader(_ input: DescriptorStream, largest: Int? = nil) -> MessageReader {
    let (input, limit) = paced(input, streams.inputLimit)
    return MessageReader(
      input, size: min(options.datagramSize ?? .max, largest ?? ConnectionOptions.largestDatagram),
      framing: options.lineDelay == nil ? options.framing : .line,
      filter: options.crlf ? CRLFFilter() : nil, limit: limit)
  }
}

/// A relay whose left side is our standard streams, and whose right side is a peer.
@LoopActor
struct StandardSession {
  let relay: Relay
  /// Counts what was sent.
  let sent: ByteCounter
  /// Counts what was received.
  let received: ByteCounter

  /// Whether the peer sent more than was agreed.
  var receivedTooMuch: Bool { relay.toLeft?.limit.hasMore == true }

  /// Runs the relay to its end, and closes the connection.
  func run() async -> SessionEnding { SessionEnding(await relay.run()) }
}
