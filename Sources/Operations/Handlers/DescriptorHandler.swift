import SocketLoop
import Sockets
import Transfer

/// `sock recv --receive-fds` on streams: writes data to standard output, and passes descriptors to a command.
@LoopActor
final class DescriptorHandler: Handler {
  private let request: DescriptorReceiveRequest
  private let command: DescriptorCommand
  private let streams: StandardStreams
  private let taps: TapSet
  private let reporter: EventReporter

  init(
    _ request: DescriptorReceiveRequest, _ command: DescriptorCommand, _ streams: StandardStreams, _ taps: TapSet,
    _ reporter: EventReporter
  ) {
    self.streams = streams
    self.request = request
    self.command = command
    self.taps = taps
    self.reporter = reporter
  }

  func serve(_ stream: any ByteStream, _ peer: Peer) async -> ServiceOutcome {
    // Descriptors are passed over the socket itself, not over a layer.
    guard let connection = stream.connection else {
      _ = await stream.close(.abort, afterEnd: false)
      return .served
    }
    let record = reporter.accepted(stream, from: peer)
    let tap = taps.received(from: peer)
    let session: DescriptorSession
    do throws(OperationError) {
      session = try DescriptorSession(connection, request, streams) { _ in tap }
    } catch {
      return .serverFailed(error)
    }
    record.carries(sent: ByteCounter(), received: session.received, .receiveOnly)
    let ending = await session.run { [command] arrival in
      if arrival.length > arrival.bytes.count {
        record.warn("a message of \(arrival.length) bytes was cut to \(arrival.bytes.count)")
      }
      await command.run(arrival, from: peer)
    }
    if case .finished = ending { record.emit(.peerEOF) }
    record.closed()
    guard let error = OperationError.of(ending, peer: peer, idle: request.options.idleTimeout) else { return .served }
    switch ending {
    case .connectionFailed, .idle:
      // With a single peer, its failure is the error of the whole run.
      if request.count ?? 1 > 1 { reporter.error(error, peer: peer) }
      return .peerFailed(error)
    case .finished, .inputFailed, .outputFailed, .cancelled: return .serverFailed(error)
    }
  }
}

extension DescriptorSession {
  /// A session on a connection or datagram socket, with the options of the request.
  convenience init(
    _ connection: AsyncSocket, _ request: DescriptorReceiveRequest, _ streams: StandardStreams,
    tap: @escaping @LoopActor (SocketAddress) -> (any ByteTap)?
  ) throws(OperationError) {
    self.init(
      connection, output: try streams.output(), tap: tap,
      rate: request.options.receiveRate.map { RateLimit(bytesPerSecond: $0) }, idle: request.options.idleTimeout)
  }
}
