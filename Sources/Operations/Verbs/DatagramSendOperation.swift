import SocketLoop
import Sockets
import Transfer

extension Operations {
  /// `sock udp-send`: sends one datagram, and waits for the requested number of answers.
  package static func sendDatagram(
    _ request: DatagramSendRequest, events: any EventSink
  ) throws(OperationError) {
    try run(request.options, reportingTo: events) { (reporter, streams) throws(OperationError) in
      try await DatagramSendOperation(request, reporter, streams).run()
    }
  }
}

@LoopActor
private struct DatagramSendOperation {
  let request: DatagramSendRequest
  let reporter: EventReporter
  private let streams: StandardStreams

  init(_ request: DatagramSendRequest, _ reporter: EventReporter, _ streams: StandardStreams) {
    self.streams = streams
    self.request = request
    self.reporter = reporter
  }

  func run() async throws(OperationError) {
    // Fail before sending if there is no standard output to write answers to.
    let output = request.replies > 0 ? try streams.output() : nil
    let taps = try TapSet(request.options, reporter)
    let dialer = Dialer(transport: request.transport, options: request.options, reporter: reporter)
    defer { dialer.source.removeFile() }
    try await dialer.exchangeDatagrams(with: request.endpoint) { (connection, peer, _) throws(OperationError) in
      do throws(OperationError) {
        try await exchange(connection, with: peer, dialer, taps, output)
        return .finished
      } catch {
        guard error.cause == .unreachable else { throw error }
        return .refused(error)
      }
    }
  }

  private func exchange(
    _ connection: AsyncSocket, with peer: SocketAddress, _ dialer: Dialer, _ taps: TapSet,
    _ output: DescriptorStream?
  ) async throws(OperationError) {
    let socket = try dialer.datagramSocket(connection, to: peer, of: request.endpoint, coalesces: false)
    let record = reporter.connection(
      .connected, transport: socket.connection.socket.transport,
      local: socket.localAddress, peer: .address(peer))
    let (sent, received) = (ByteCounter(), ByteCounter())
    record.carries(sent: sent, received: received)
    let message = request.message
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(message.count, 1), alignment: 1)
    defer { buffer.deallocate() }
    buffer.copyBytes(from: message)
    let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<message.count])
    do throws(LoopError) {
      try await socket.send(bytes)
      sent.add(bytes)
      await taps.sent(to: .address(peer))?.saw(bytes)
      if let output { try await takeAnswers(socket, peer, record, taps, output, received) }
    } catch {
      switch error {
      case .system(let error) where error.call.hasPrefix("recv") || error.call.hasPrefix("send"):
        throw .datagram(
          error, peer: peer, over: socket.connection.socket.type, from: request.options.packets.origin,
          report: socket.latestReport())
      case .system(let error): throw .output(error)
      case .timedOut:
        let wait = describe(request.options.wait ?? .seconds(1))
        throw OperationError(
          .timedOut,
          request.replies == 1
            ? "no answer from \(peer) within \(wait)"
            : "fewer than \(request.replies) answers from \(peer): no other came within \(wait)")
      case .cancelled: throw .cancelled
      }
    }
    // A refusal from this host has arrived by now.
    if let error = try? socket.connection.socket.pendingError() {
      throw .datagram(
        SystemError(call: "send", number: error), peer: peer, over: socket.connection.socket.type,
        report: socket.latestReport())
    }
    record.closed()
    socket.close()
  }

  private func takeAnswers(
    _ socket: DatagramSocket, _ peer: SocketAddress, _ record: ConnectionRecord, _ taps: TapSet,
    _ output: DescriptorStream, _ received: ByteCounter
  ) async throws(LoopError) {
    let wait = request.options.wait ?? .seconds(1)
    for _ in 0..<request.replies {
      let datagram = try await nextAnswer(socket, until: .after(wait))
      record.datagram(datagram)
      await taps.received(from: .address(peer))?.saw(datagram.bytes)
      try await output.writeInTurn(datagram.bytes)
      received.add(datagram.bytes)
    }
  }

  /// Waits for a datagram even if a router reports the host unreachable, which may be transient.
  private func nextAnswer(
    _ socket: DatagramSocket, until deadline: MonotonicTime
  ) async throws(LoopError) -> DatagramSocket.Datagram {
    while true {
      do throws(LoopError) {
        return try await socket.receive(until: deadline)
      } catch {
        switch error {
        case .system(let error) where socket.isPassing(error): continue
        case .timedOut:
          guard let lost = socket.unanswered else { throw .timedOut }
          throw .system(SystemError(call: "recvmsg", number: lost.number))
        default: throw error
        }
      }
    }
  }
}
