import SocketLoop
import Sockets
import Transfer

extension Operations {
  /// `sock recv --receive-fds`: writes what peers send over a Unix socket to standard output, and runs a command with the
  /// descriptors that they pass.
  package static func receiveDescriptors(
    _ request: DescriptorReceiveRequest, events: any EventSink
  ) throws(OperationError) {
    try serve(request.options, reportingTo: events) { (reporter, streams, service) throws(OperationError) in
      try await DescriptorReceiveOperation(request, reporter, streams, service).run()
    }
  }
}

@LoopActor
private final class DescriptorReceiveOperation {
  private let request: DescriptorReceiveRequest
  private let reporter: EventReporter
  private let streams: StandardStreams
  private let service: Service
  private let command: DescriptorCommand

  init(
    _ request: DescriptorReceiveRequest, _ reporter: EventReporter, _ streams: StandardStreams, _ service: Service
  ) {
    self.service = service
    self.streams = streams
    self.request = request
    self.reporter = reporter
    let isOne = request.transport.isConnectionOriented ? request.count ?? 1 == 1 : request.count == 1
    command = DescriptorCommand(request.command, isRepeated: !isOne, reporter)
  }

  func run() async throws(OperationError) {
    _ = try streams.output()
    let taps = try await TapSet(request.options, reporter)
    let listeners = try await Listeners(
      request.endpoint, transport: request.transport, options: request.options, mode: request.mode, reporter: reporter)
    defer { listeners.close() }
    // An inherited socket may differ from what the options say.
    guard let first = listeners.sockets.first, first.socket.passesDescriptors else {
      throw OperationError(.usage, "descriptors are passed over Unix sockets: \(request.endpoint) is none")
    }
    if first.socket.traits.contains(.messages) {
      try service.begin(reporter)
      try await receiveDatagrams(first, listeners, taps)
    } else {
      let handler = DescriptorHandler(request, command, streams, taps, reporter)
      let tally = try await Acceptor(
        listeners, .inTurn(request.count ?? 1).narrowed(by: request.options.admission), reporter, service: service
      ).run(handler)
      if let failure = tally.lastFailure { throw failure }
    }
    if let failure = command.failure { throw failure }
  }

  private func receiveDatagrams(
    _ connection: AsyncSocket, _ listeners: Listeners, _ taps: TapSet
  ) async throws(OperationError) {
    let session = try DescriptorSession(connection, request, streams) { taps.received(from: .address($0)) }
    if listeners.needsCredentials(on: connection) { try? connection.socket.set(.passCredentials, to: true) }
    session.admits = { listeners.admits(sender: $0, $1, on: connection) }
    reporter.startChecksum(of: session.received)
    defer { reporter.reportChecksum(of: session.received, isSent: false) }
    let ending = await session.run(count: request.count ?? .max) { [command, reporter] arrival in
      reporter.startMeter(for: session.received)
      reporter.emit(.received) {
        $0.transport = connection.socket.transport
        $0.peer = .address(arrival.peer)
        $0.received = UInt64(arrival.bytes.count)
        $0.tell(arrival.facts, port: nil)
      }
      if arrival.length > arrival.bytes.count {
        reporter.warn(
          "a datagram of \(arrival.length) bytes was cut to \(arrival.bytes.count)", about: .address(arrival.peer))
      }
      let peer = Peer.address(arrival.peer)
      await command.run(arrival, from: peer)
    }
    switch ending {
    case .finished: return
    case .connectionFailed(let error): throw OperationError(error, while: .transferring)
    case .idle:
      throw OperationError(.timedOut, "no datagram for \(request.options.idleTimeout.map(describe) ?? "too long")")
    case .outputFailed(let error), .inputFailed(let error): throw .output(error)
    case .cancelled: throw .cancelled
    }
  }
}
