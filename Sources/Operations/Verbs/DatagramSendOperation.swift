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
    if request.message == nil { try streams.requireInput() }
    let taps = try await TapSet(request.options, reporter)
    let message: [UInt8]
    if let given = request.message { message = given } else { message = try await wholeInput() }
    let dialer = Dialer(transport: request.transport, options: request.options, reporter: reporter)
    defer { dialer.source.removeFile() }
    try await dialer.exchangeDatagrams(with: request.endpoint) { (connection, peer, _) throws(OperationError) in
      do throws(OperationError) {
        try await exchange(message, over: connection, with: peer, dialer, taps, output)
        return .finished
      } catch {
        guard error.cause == .unreachable else { throw error }
        return .refused(error)
      }
    }
  }

  /// Other datagrams than those of IP are limited by the socket's buffer only, which is far less.
  private static let longestInput = 16 << 20

  /// All of standard input, which makes one datagram.
  private func wholeInput() async throws(OperationError) -> [UInt8] {
    let input = try streams.input()
    let transport = request.endpoint.transport ?? request.transport
    // IPv6 takes a little more than IPv4; what is too long for the address that is used, the kernel refuses.
    let longest = transport.families.compactMap { $0.longestPayload(of: transport.type) }
    do throws(LoopError) {
      if let bytes = try await input.readToEnd(limit: longest.max() ?? Self.longestInput) { return bytes }
    } catch {
      guard case .system(let error) = error else { throw .cancelled }
      throw .input(error)
    }
    throw OperationError(
      .malformedData,
      "standard input is too long for one datagram: \(transport) takes \(longest.min() ?? Self.longestInput) bytes at most",
      errorNumber: .messageTooLong)
  }

  private func exchange(
    _ message: [UInt8], over connection: AsyncSocket, with peer: SocketAddress, _ dialer: Dialer, _ taps: TapSet,
    _ output: DescriptorStream?
  ) async throws(OperationError) {
    let socket = try dialer.datagramSocket(connection, to: peer, of: request.endpoint, coalesces: false)
    let record = reporter.connection(
      .connected, transport: socket.connection.socket.transport,
      local: socket.localAddress, peer: .address(peer))
    let (sent, received) = (ByteCounter(), ByteCounter())
    record.carries(sent: sent, received: received)
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
        throw OperationError.datagram(
          error, peer: peer, over: socket.connection.socket.type, from: request.options.packets.origin,
          report: socket.latestReport()
        ).advised(onGroup: peer, interface: request.options.interface)
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
    if let number = try? socket.connection.socket.pendingError() {
      let error = SystemError(call: "send", number: number)
      guard request.options.ignoresRefusals, socket.isPassing(error) else {
        throw .datagram(error, peer: peer, over: socket.connection.socket.type, report: socket.latestReport())
      }
    }
    record.closed()
    record.refusals(socket.refusals)
    socket.close()
  }

  private func takeAnswers(
    _ socket: DatagramSocket, _ peer: SocketAddress, _ record: ConnectionRecord, _ taps: TapSet,
    _ output: DescriptorStream, _ received: ByteCounter
  ) async throws(LoopError) {
    let wait = request.options.wait ?? .seconds(1)
    for _ in 0..<request.replies {
      let datagram = try await socket.answer(until: .after(wait))
      record.datagram(datagram)
      await taps.received(from: .address(peer))?.saw(datagram.bytes)
      try await output.writeInTurn(datagram.bytes)
      received.add(datagram.bytes)
    }
  }
}
