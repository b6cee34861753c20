import SocketLoop
import Sockets
import Transfer

/// Makes a session out of a connection and what its user chose: the pumps, the filters, the taps, the rules.
@LoopActor
struct SessionBuilder {
  let link: LinkOptions
  let taps: TapSet
  /// Sent in the place of standard input.
  var message: [UInt8]?
  /// What stands in the place of standard input, and of the output where that is the same terminal.
  var console: (any Console)?
  /// What reads standard input for several connections at once.
  var broadcast: Broadcast?
  /// Other sessions write to our output too.
  var sharesOutput = false
  /// Where nothing tells the peer that our input has ended, a client ends after so long without an answer.
  var quiet: Duration?
  /// `--pass-fd`, `--pass-credentials`: what goes beside the message.
  var control: [ControlMessage] = []
  /// `--peer-timeout` of a server.
  var endedPeerTimeout: Duration?

  /// A session on a connection, for streams and for records; where there can be none, the connection is broken off.
  ///
  /// - Parameter resumed: what both sides have agreed on, for a transfer that goes on where another ended.
  func stream(
    _ connection: AsyncSocket, record: ConnectionRecord, resumed: ResumedTransfer? = nil
  ) throws(OperationError) -> StreamSession {
    do throws(OperationError) {
      return try session(connection, record, resumed)
    } catch {
      connection.abort()
      record.closed()
      throw error
    }
  }

  private func session(
    _ connection: AsyncSocket, _ record: ConnectionRecord, _ resumed: ResumedTransfer?
  ) throws(OperationError) -> StreamSession {
    var rules = StreamRules()
    rules.onEOF = link.onEOF
    rules.onPeerEOF = link.onPeerEOF
    rules.direction = link.direction
    rules.wait = link.wait
    rules.idle = link.idleTimeout
    rules.endedPeerTimeout = endedPeerTimeout
    if connection.socket.traits.contains(.noHalfClose) {
      // To end our half would end the peer's too, and lose its answer; its end is the end of both.
      if rules.onEOF == .halfClose {
        rules.onEOF = .keep
        if rules.wait == nil { rules.quiet = quiet }
      }
      rules.onPeerEOF = .exit
    }
    rules.mayReset = link.socketOptions.contains { $0.option.name == "SO_LINGER" }

    // A short message is sent before any pace is set, and who only receives sets none.
    if link.direction != .receiveOnly, message.map({ $0.count > 65_536 }) ?? true {
      LoopbackCongestionControl.choose(for: connection.socket, options: link.socketOptions, record: record)
    }
    let socketEnd = StreamEnd(connection, observer: observer(connection, record))
    if let resumed, !resumed.isSending { socketEnd.expect(Int(resumed.count)) }
    if connection.socket.canLoseDescriptors() {
      socketEnd.heardOfDescriptors = { record.warn(DescriptorNote.unwanted(0)) }
    }
    let shown = link.direction == .sendOnly ? nil : console.flatMap { $0.showsPeer ? $0 : nil }
    let output =
      link.direction == .sendOnly || shown != nil ? try StandardStreams.nowhere() : try StandardStreams.output()
    let log = taps.received(from: record.peer)
    let received = Flow()
    let (upward, inputIsTerminal) = try upward(connection, socketEnd, received: received)
    let downward = Pump(
      from: socketEnd, to: output, flow: received, tap: shown.map { ConsoleTap($0, log: log) } ?? log,
      rate: link.receiveRate.map { RateLimit(bytesPerSecond: $0) }, sharesSink: sharesOutput)
    let session = StreamSession(
      connection, upward: upward, inputIsTerminal: inputIsTerminal, downward: downward,
      output: link.direction == .sendOnly || sharesOutput ? nil : output, rules: rules)
    record.carries(
      sent: session.sent, received: received, link.direction,
      total: (try total(record), resumed.flatMap { $0.isSending ? nil : $0.count }))
    if let resumed, let digest = resumed.digest {
      let flow = resumed.isSending ? session.sent : received
      flow.digest = digest
      flow.earlier = UInt64(resumed.offset)
    }
    session.peerEnded = { record.emit(.peerEOF) }
    session.warn = { record.warn($0) }
    return session
  }

  /// What tells of each received message and of the connection, where somebody asks and the kernel says more than that data
  /// came.
  private func observer(_ connection: AsyncSocket, _ record: ConnectionRecord) -> MessageObserver? {
    guard connection.socket.traits.contains(.tellsOfMessages) else { return nil }
    let isShown = record.shows(.received)
    // An option that its user gave asks too, and what it brings is no data.
    let isAsked = link.socketOptions.contains { $0.option.name.hasPrefix("SCTP_EVENT") }
    if isShown, !isAsked { try? connection.socket.requestNotifications() }
    guard isShown || isAsked else { return nil }
    let showsMessages = isShown && link.direction != .sendOnly
    return MessageObserver({ if showsMessages { record.message($0, $1) } }, notify: { record.notification($0) })
  }

  private func upward(
    _ connection: AsyncSocket, _ socketEnd: StreamEnd, received: Flow
  ) throws(OperationError) -> ((any Upward)?, isTerminal: Bool) {
    if link.direction == .receiveOnly { return (nil, false) }
    let rate = link.sendRate.map { RateLimit(bytesPerSecond: $0) }
    if let message {
      let sender = BytesSender(
        filtered(message), to: connection, passing: control, tap: taps.sent(to: nil), rate: rate)
      return (sender, false)
    }
    if let broadcast { return (broadcast.member(connection), broadcast.inputIsTerminal) }
    if let console {
      let filter: (any ByteFilter)? = link.crlf ? CRLFFilter() : nil
      let sender = ConsoleSender(
        console, to: connection, received: received, filter: filter, tap: taps.sent(to: nil))
      return (sender, isTerminal: true)
    }
    let input = try StandardStreams.input(link)
    let isTerminal = input.kind == .terminal
    let tap = taps.sent(to: nil)
    if connection.socket.type.keepsMessageBoundaries {
      let reader = reader(input, largest: connection.socket.largestMessage())
      return (MessageSender(reader, to: connection, tap: tap, rate: rate), isTerminal)
    }
    let filter: (any ByteFilter)? = link.crlf ? CRLFFilter() : nil
    return (Pump(from: input, to: socketEnd, flow: Flow(), filter: filter, tap: tap, rate: rate), isTerminal)
  }

  /// A request to a service of the kernel.
  func request(
    _ connection: AsyncSocket, record: ConnectionRecord
  ) throws(OperationError) -> KernelRequest {
    let input: MessageReader? = message == nil ? reader(try StandardStreams.input()) : nil
    let request = KernelRequest(
      connection, message: message.map { filtered($0) }, input: input, output: try StandardStreams.output(),
      taps: (taps.sent(to: nil), taps.received(from: record.peer)))
    record.carries(sent: request.sent, received: request.received, total: (try total(record), nil))
    return request
  }

  /// A session of datagrams with one peer.
  func datagrams(
    _ socket: DatagramSocket, with peer: SocketAddress, record: ConnectionRecord, defaultWait: Duration?
  ) throws(OperationError) -> DatagramSession {
    var rules = DatagramSession.Rules()
    rules.direction = link.direction
    rules.onEOF = link.onEOF
    // Who only receives has no input whose end would start the time by itself.
    rules.wait = link.wait ?? (link.direction == .receiveOnly ? nil : defaultWait)
    rules.idle = link.idleTimeout
    let input: DatagramSession.Input
    if link.direction == .receiveOnly {
      input = .none
    } else if let message {
      input = .message(filtered(message), control)
    } else {
      input = .reader(reader(try StandardStreams.input(link), largest: socket.connection.socket.largestMessage()))
    }
    let session = DatagramSession(
      socket, peer: peer, input: input,
      output: link.direction == .sendOnly ? nil : try StandardStreams.output(), rules: rules,
      taps: (taps.sent(to: nil), taps.received(from: record.peer)),
      rates: (
        link.sendRate.map { RateLimit(bytesPerSecond: $0) }, link.receiveRate.map { RateLimit(bytesPerSecond: $0) }
      ))
    record.carries(sent: session.sent, received: session.received, link.direction, total: (try total(record), nil))
    session.didHear = { report in record.warn("\(report.saying ?? report.meaning)") }
    // UDP's datagrams always fit: of those there is nothing to say but that they came.
    if record.shows(.received) || !socket.connection.socket.isUDP {
      session.didReceive = { record.datagram($0) }
    }
    return session
  }

  /// How many bytes there are to send; nil where nobody knows, or what is read is not what is sent.
  private func total(_ record: ConnectionRecord) throws(OperationError) -> UInt64? {
    guard record.isMetered else { return nil }
    if link.direction == .receiveOnly || broadcast != nil || console != nil { return nil }
    if let message { return UInt64(filtered(message).count) }
    if link.crlf { return nil }
    return try StandardStreams.bytesAhead(link).map { UInt64($0) }
  }

  private func filtered(_ message: [UInt8]) -> [UInt8] {
    link.crlf ? message.withUnsafeBytes { CRLFFilter().apply(to: $0) } : message
  }

  /// - Parameter largest: the most that the connection takes in one message.
  func reader(_ input: StreamEnd, largest: Int? = nil) -> MessageReader {
    MessageReader(
      input, size: min(link.datagramSize ?? .max, largest ?? LinkOptions.largestDatagram), framing: link.framing,
      filter: link.crlf ? CRLFFilter() : nil)
  }
}
