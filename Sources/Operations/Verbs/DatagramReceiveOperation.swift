import SocketLoop
import Sockets
import Transfer

extension Operations {
  /// `sock udp-recv`, and `sock recv --udp`: writes the datagrams of any peer to standard output.
  package static func receiveDatagrams(
    _ request: DatagramReceiveRequest, events: any EventSink
  ) throws(OperationError) {
    try serve(request.options, reportingTo: events) { (reporter, streams, service) throws(OperationError) in
      try await DatagramReceiveOperation(request, reporter, streams, service).run()
    }
  }
}

@LoopActor
private final class DatagramReceiveOperation {
  private let request: DatagramReceiveRequest
  private let reporter: EventReporter
  private let streams: StandardStreams
  private let service: Service
  private var remaining: Int
  private var hasReceived = false
  private let counter = ByteCounter()
  private let rate: RateLimit?
  /// `--bytes`, `--lines`, `--until`: where the payloads, read as one stream, end.
  private let limit: ReadLimit

  init(
    _ request: DatagramReceiveRequest, _ reporter: EventReporter, _ streams: StandardStreams, _ service: Service
  ) {
    self.service = service
    self.streams = streams
    self.request = request
    self.reporter = reporter
    remaining = request.count ?? .max
    limit = request.options.received.readLimit
    rate = request.options.receiveRate.map { RateLimit(bytesPerSecond: $0) }
  }

  func run() async throws(OperationError) {
    if remaining == 0 || limit.remaining == 0 { return }
    let taps = try await TapSet(request.options, reporter)
    taps.namesPeers = true
    let output = try streams.output()
    let transport = request.endpoint.transport ?? request.transport
    let listeners = try await Listeners(
      request.endpoint,
      preparation: SocketPreparation(
        transport: transport, options: request.options.socketOptions, reporter: reporter,
        packets: request.options.packets,
        settings: request.options.protocolSettings),
      family: request.options.family, mode: request.mode, access: request.options.access, reporter: reporter)
    defer { listeners.close() }
    try service.begin(reporter)
    let sockets = listeners.datagramSockets()
    if request.echo { for socket in sockets { socket.noteDestinations() } }
    reporter.startChecksum(of: counter)
    defer { reporter.reportChecksum(of: counter, isSent: false) }
    let result = await withTaskGroup(of: Result<Void, OperationError>?.self) { group in
      defer { group.cancelAll() }
      for socket in sockets {
        group.addTask(executorPreference: EventLoop.shared) { await self.receive(socket, output, taps) }
      }
      if request.options.received.quiet != nil {
        group.addTask(executorPreference: EventLoop.shared) { await self.watchQuiet(output) }
      }
      if request.options.idleTimeout != nil {
        group.addTask(executorPreference: EventLoop.shared) { await self.watchIdle(output) }
      }
      if output.kind == .pipe || output.kind == .socket {
        group.addTask(executorPreference: EventLoop.shared) { await self.watchOutput(output) }
      }
      while let result = await group.next() {
        if let result { return result }
      }
      return .failure(OperationError.cancelled)
    }
    try result.get()
  }

  private func receive(
    _ socket: DatagramSocket, _ output: DescriptorStream, _ taps: TapSet
  ) async -> Result<Void, OperationError>? {
    if socket.connection.socket.isUDP, output.isByteStream, taps.isEmpty, request.count == nil, !request.echo,
      !reporter.shows(.received), rate == nil, request.options.access == nil, !request.options.received.endsByContent
    {
      return await receiveUnseen(socket, output)
    }
    let port = (try? socket.connection.socket.localAddress())?.port
    while true {
      do throws(LoopError) {
        let datagram = try await socket.receive()
        try await rate?.wait(toReceive: datagram.bytes.count)
        if isOver { return .success(()) }
        remaining -= 1
        hasReceived = true
        let bytes = limit.part(of: datagram.bytes)
        counter.add(bytes)
        reporter.startMeter(for: counter)
        report(datagram, socket, port)
        await taps.received(from: .address(datagram.peer))?.saw(bytes)
        try await output.writeInTurn(bytes)
        if request.echo { try await echo(datagram, socket, taps) }
        if isOver { return .success(()) }
      } catch {
        switch error {
        // The echo of an earlier datagram was refused: that peer has gone, but others have not.
        case .system(let error) where error.number == .connectionRefused: continue
        case .system(let error) where error.call.hasPrefix("recv"):
          return .failure(OperationError(error, while: .transferring))
        case .system(let error): return .failure(.output(error))
        case .timedOut, .cancelled: return nil
        }
      }
    }
  }

  /// Writes all datagrams of a batch at once, if none of them must be examined.
  private func receiveUnseen(_ socket: DatagramSocket, _ output: DescriptorStream) async -> Result<
    Void, OperationError
  >? {
    while true {
      do throws(LoopError) {
        try await socket.receive(into: output, counting: counter)
        hasReceived = true
        reporter.startMeter(for: counter)
      } catch {
        switch error {
        case .system(let error) where error.call.hasPrefix("recv"):
          return .failure(OperationError(error, while: .transferring))
        case .system(let error): return .failure(.output(error))
        case .timedOut, .cancelled: return nil
        }
      }
    }
  }

  private func report(_ datagram: DatagramSocket.Datagram, _ socket: DatagramSocket, _ port: UInt16?) {
    let facts = datagram.facts(isShown: reporter.shows(.received)) { reporter.warn($0, about: .address(datagram.peer)) }
    reporter.emit(.received) {
      $0.transport = socket.connection.socket.transport
      $0.peer = .address(datagram.peer)
      $0.received = UInt64(datagram.bytes.count)
      $0.tell(facts, port: port)
    }
    if datagram.isTruncated {
      reporter.warn(
        "a datagram of \(datagram.length) bytes from \(datagram.peer) was cut to \(datagram.bytes.count)")
    }
  }

  private func echo(
    _ datagram: DatagramSocket.Datagram, _ socket: DatagramSocket, _ taps: TapSet
  ) async throws(LoopError) {
    guard !datagram.peer.isUnnamed else {
      reporter.warn(StandardStreams.cannotAnswerUnnamed)
      return
    }
    await taps.sent(to: .address(datagram.peer))?.saw(datagram.bytes)
    do throws(LoopError) {
      try await socket.send(
        datagram.bytes, to: datagram.peer, from: datagram.answerSource, until: .after(.seconds(1)))
    } catch {
      if case .cancelled = error { throw error }
      reporter.warn("echo to \(datagram.peer) not sent: \(error)")
    }
  }

  /// Whether all that was asked for has been received.
  private var isOver: Bool { remaining == 0 || limit.remaining == 0 }

  /// Ends the run as finished once nothing has come for so long, counted from the first datagram.
  private func watchQuiet(_ output: DescriptorStream) async -> Result<Void, OperationError>? {
    guard let quiet = request.options.received.quiet else { return nil }
    let isQuiet = await counter.silence(
      lasting: quiet, unless: { !hasReceived || output.isOutOfRoom || rate?.isHoldingBack == true })
    return isQuiet ? .success(()) : nil
  }

  private func watchIdle(_ output: DescriptorStream) async -> Result<Void, OperationError>? {
    guard let idle = request.options.idleTimeout else { return nil }
    let isIdle = await counter.silence(lasting: idle, unless: { output.isOutOfRoom || rate?.isHoldingBack == true })
    guard isIdle else { return nil }
    return .failure(OperationError(.timedOut, "no datagram for \(describe(idle))"))
  }

  private func watchOutput(_ output: DescriptorStream) async -> Result<Void, OperationError>? {
    do { try await output.watch.failed() } catch { return nil }
    return .failure(.output(SystemError(call: "write", number: .brokenPipe)))
  }
}
