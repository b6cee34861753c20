import SocketLoop
import Sockets
import Transfer

extension Operations {
  /// `sock connect` and `sock send`: connects to a peer, sends it standard input or a message, and writes what it sends
  /// to standard output.
  package static func connect(_ request: ConnectRequest, events: any EventSink) throws(OperationError) {
    try run(request.options, reportingTo: events) { (reporter, streams) throws(OperationError) in
      try await ConnectOperation(request, reporter, streams).run()
    }
  }
}

@LoopActor
private struct ConnectOperation {
  let request: ConnectRequest
  let reporter: EventReporter
  private let streams: StandardStreams
  let dialer: Dialer

  init(_ request: ConnectRequest, _ reporter: EventReporter, _ streams: StandardStreams) {
    self.streams = streams
    self.request = request
    self.reporter = reporter
    dialer = Dialer(transport: request.transport, options: request.options, reporter: reporter)
  }

  func run() async throws(OperationError) {
    if let program = request.options.program { return try await run(program) }
    // Fail before connecting if there is no standard output to write received data to.
    if request.options.direction != .sendOnly { _ = try streams.output() }
    if request.needsInput, request.message == nil { try streams.requireInput() }
    if request.options.direction != .receiveOnly, request.message == nil { try streams.refuseDirectory() }
    StandardStreams.warnOfSkip(request.options, reporter)
    let taps = try await TapSet(request.options, reporter)
    let resumption = request.options.resumes ? try await Resumption(request.options, streams, reporter) : nil
    let console = try request.options.console?()
    defer { console?.close() }
    try request.options.tls?.prepare(.client, reporter)
    defer { dialer.source.removeFile() }
    var builder = SessionBuilder(
      options: request.options, streams: streams, taps: taps, message: request.message, console: console)
    builder.quiet = .seconds(1)
    (builder.isLast, builder.isClient) = (true, true)
    if !request.passedDescriptors.isEmpty { builder.control.append(.descriptors(request.passedDescriptors)) }
    if let credentials = request.claimedCredentials { builder.control.append(.credentials(credentials)) }
    let endpoint = request.endpoint
    if !endpoint.isDescriptor, endpoint.layers.isEmpty, dialer.transport(to: endpoint).traits.contains(.messages) {
      return try await exchangeDatagrams(builder)
    }
    if let tls = request.options.tls, tls.sendsEarlyData { tls.beginning = try await builder.takeBeginning() }
    let (stream, peer) = try await dialer.open(endpoint, retrying: request.retry)
    if endpoint.layers.isEmpty, let connection = stream.connection, connection.socket.traits.contains(.messages),
      let address = peer.address
    {
      // An inherited socket.
      var builder = builder
      if case .refused(let error) = try await exchangeDatagrams(
        connection, with: address, &builder, isOneOfSeveral: false)
      {
        throw error
      }
    } else {
      try await converse(over: stream, reporter.opened(.connected, stream, with: peer), builder, resumption)
    }
  }

  /// Joins the peer to a program.
  private func run(_ program: PeerProgram) async throws(OperationError) {
    try program.check()
    let taps = try await TapSet(request.options, reporter)
    if !request.endpoint.layers.isEmpty { try request.options.tls?.prepare(.client, reporter) }
    defer { dialer.source.removeFile() }
    let (stream, peer) = try await dialer.open(request.endpoint, retrying: request.retry)
    let handler = ProgramHandler(program, request.options, taps, reporter, isOneOfSeveral: false)
    try await handler.join(stream, peer, .connected)
  }

  /// Refuses options that need a byte stream.
  private func requireNoStream(_ builder: SessionBuilder) throws(OperationError) {
    if builder.console != nil { throw .linesAreForStreams }
    if request.options.resumes { throw .resumesStreamsOnly }
  }

  private func converse(
    over stream: any ByteStream, _ record: ConnectionRecord, _ builder: SessionBuilder, _ resumption: Resumption?
  ) async throws(OperationError) {
    let service = stream.connection.flatMap { $0.socket.traits.contains(.kernelService) ? $0 : nil }
    if service != nil { try requireNoStream(builder) }
    if let service {
      try await askKernel(service, record, builder)
    } else {
      try await relay(stream, record, builder, resumption)
    }
  }

  private func relay(
    _ stream: any ByteStream, _ record: ConnectionRecord, _ builder: SessionBuilder, _ resumption: Resumption?
  ) async throws(OperationError) {
    var resumed: ResumedTransfer?
    if let resumption { resumed = try await record.agree(on: resumption, over: stream) }
    let session = try builder.relay(stream, record: record, resumed: resumed)
    let ending = await session.run()
    record.closed()
    try resumed?.checkExcess(session)
    if let error = OperationError.of(
      ending, peer: record.peer, idle: request.options.idleTimeout, failure: stream.failure)
    {
      throw refused(error)
    }
    try resumed?.check(session)
  }

  /// Sends all of the input as one request to a kernel service, and writes its answer to standard output.
  private func askKernel(
    _ connection: AsyncSocket, _ record: ConnectionRecord, _ builder: SessionBuilder
  ) async throws(OperationError) {
    let request = try builder.request(connection, record: record)
    let ending = await request.run()
    record.closed()
    if let error = OperationError.of(ending, peer: record.peer, idle: nil) { throw error }
  }

  private func exchangeDatagrams(_ builder: SessionBuilder) async throws(OperationError) {
    var builder = builder
    try await dialer.exchangeDatagrams(with: request.endpoint, retrying: request.retry) {
      (connection, peer, several) throws(OperationError) in
      try await exchangeDatagrams(connection, with: peer, &builder, isOneOfSeveral: several)
    }
  }

  private func exchangeDatagrams(
    _ connection: AsyncSocket, with peer: SocketAddress, _ builder: inout SessionBuilder, isOneOfSeveral: Bool
  ) async throws(OperationError) -> DatagramExchange {
    let socket = try dialer.datagramSocket(connection, to: peer, of: request.endpoint, coalesces: true)
    let record = reporter.connection(
      .connected, transport: connection.socket.transport, local: socket.localAddress, peer: .address(peer),
      over: connection)
    try requireNoStream(builder)
    builder.peerHasSeveralAddresses = isOneOfSeveral
    let session = try builder.datagrams(socket, with: peer, record: record, defaultWait: .seconds(1))
    var refusal: ErrorNumber?
    if let tell = session.didReceive {
      session.didReceive = { datagram in
        tell(datagram)
        refusal = refusal ?? socket.connection.socket.refusal(in: datagram.bytes, from: datagram.peer)
      }
    }
    let ending = await session.run()
    record.refusals(socket.refusals)
    let error = OperationError.of(
      ending, peer: peer, over: socket.connection.socket.type, from: request.options.packets.origin,
      idle: request.options.idleTimeout, report: session.report
    )?.advised(onGroup: peer, interface: request.options.interface)
    if let error, error.cause == .unreachable, let input = session.inputForAnotherAddress {
      record.closed(isRefused: true)
      builder.datagramInput = input
      return .refused(error)
    }
    record.closed()
    if let error { throw refused(error) }
    if let refusal { throw OperationError(refusal, by: record.peer, over: dialer.transport(to: request.endpoint)) }
    return .finished
  }

  /// The error, with a better message if the kernel refused the credentials of `--pass-credentials`.
  private func refused(_ error: OperationError) -> OperationError {
    guard let credentials = request.claimedCredentials else { return error }
    let capabilities = credentials.capabilities
    switch error.errorNumber {
    case .notPermitted? where !capabilities.isEmpty:
      return OperationError(
        .notPermitted,
        "credentials \(credentials) are not those of this process: \(ErrorNumber.notPermitted): that takes "
          + capabilities.joined(separator: " and "), errorNumber: .notPermitted)
    case .noProcess?:
      return OperationError(
        .usage, "there is no process \(credentials.processID) whose credentials could be sent (ESRCH)",
        errorNumber: .noProcess)
    default: return error
    }
  }
}
