import Glibc
import SocketLoop
import Sockets

/// A connection of DTLS (RFC 6347), over datagrams: what one write takes is one datagram, and one read returns one.
///
/// Datagrams may be lost, and come in another order. A close_notify of either side ends both directions.
@LoopActor
package final class DTLSStream: TLSStream {
  private var socket: DatagramStream? { base as? DatagramStream }
  /// When the peer was last heard.
  private var latest = MonotonicTime.now
  private var expiry: Task<Void, Never>?
  private var hasClosed = false

  package override var keepsMessageBoundaries: Bool { true }
  package override var longestMessage: Int? { DTLSRecord.mostBytes }
  package override var hasHalfClose: Bool { false }
  package override var held: Int { 0 }

  /// An ICMP error shows with the next read.
  package override func failed() async throws(LoopError) {
    do throws(WaitError) { try await Suspension().suspend() } catch { throw LoopError(error) }
  }

  // MARK: The handshake

  override func waitForHandshake(until deadline: MonotonicTime) async throws(LoopError) {
    if let error = socket?.takeSendError(), error.number != .messageTooLong { throw .system(error) }
    guard let again = session.retransmission, again < deadline else { return try await base.readable(until: deadline) }
    do throws(LoopError) {
      try await base.readable(until: again)
    } catch {
      guard case .timedOut = error else { throw error }
      // The path may have become narrower.
      useMTU()
      if !session.retransmit() { throw .timedOut }
    }
  }

  /// Makes the messages of the handshake fit into packets that the path takes.
  func useMTU() {
    // Every path takes 1280 bytes over IPv6, and hardly any takes less over IPv4.
    session.setMTU(max(256, min(socket?.pathMTU ?? 1280, 16_384)))
  }

  // MARK: Datagrams

  package override func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> IOResult {
    if hasEnded || buffer.isEmpty { return .moved(0) }
    if failure != nil { throw Self.error }
    let step = try session.run(receiving: 65_536) { session.decrypt(into: buffer) }
    if socket?.client?.isReplaced == true {
      // There is nobody any more to whom a close_notify would mean anything.
      (hasEnded, hasClosed) = (true, true)
      return .moved(0)
    }
    switch step {
    case .done(let count):
      latest = .now
      return .moved(count)
    case .ended:
      hasEnded = true
      return .moved(0)
    case .failed:
      failure = description.ofSession
      throw Self.error
    case .wantsInput, .wantsRoom, nil: return .wouldBlock
    }
  }

  package override func placeToRead() throws(LoopError) -> Suspension? {
    session.holdsInput || hasEnded ? nil : try base.placeToRead()
  }

  package override func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) -> IOResult {
    guard try session.flush() else { return .wouldBlock }
    guard !bytes.isEmpty, bytes.count <= DTLSRecord.mostBytes else {
      failure = StreamFailure(
        .tooLong,
        bytes.isEmpty
          ? "DTLS cannot carry an empty datagram"
          : "a datagram of DTLS carries \(DTLSRecord.mostBytes) bytes at most, and this one would have \(bytes.count)")
      throw Self.error
    }
    switch session.encrypt(bytes) {
    case .done(let count):
      // With no room in the socket it is kept, and goes out before the next one.
      if let error = socket?.takeSendError() { throw tooLong(error, bytes.count) }
      return .moved(count)
    case .wantsInput, .wantsRoom: return .wouldBlock
    case .ended, .failed:
      failure = failure ?? description.ofSession
      throw Self.error
    }
  }

  package override func placeToWrite() throws(LoopError) -> Suspension? { try base.placeToWrite() }

  /// Explains the error of a datagram that the path does not take.
  private func tooLong(_ error: SystemError, _ count: Int) -> SystemError {
    guard error.number == .messageTooLong else { return error }
    let limit = socket?.pathMTU.map { ", which takes packets of \($0) bytes" } ?? ""
    failure = StreamFailure(
      .tooLong, "a datagram of \(count) bytes is too long for the path to the peer\(limit): lower --datagram-size")
    return error
  }

  // MARK: Ends

  /// Does nothing: a close_notify would end the other direction, too. It is sent when the stream is closed.
  package override func finish() throws(SystemError) {}

  package override func close(_ closing: StreamClosing, afterEnd: Bool) async -> StreamDelivery {
    expiry?.cancel()
    if !hasClosed, failure == nil, closing != .abort {
      hasClosed = true
      if session.unsentCount > 0 {
        // In a separate task, because this one may already be cancelled.
        await Task(executorPreference: EventLoop.shared) { await self.sendRest(until: .after(.seconds(1))) }.value
      }
      _ = session.endSending()
    }
    return await base.close(.atOnce, afterEnd: afterEnd)
  }

  private func sendRest(until deadline: MonotonicTime) async {
    do {
      while try !session.flush() { try await base.writable(until: deadline) }
    } catch {
      // It is lost, as any datagram may be.
    }
  }

  /// Ends the stream once nothing has come from the peer for that long: nothing else shows that a peer has gone.
  package func expire(after silence: Duration) {
    expiry = Task(executorPreference: EventLoop.shared) { await self.waitForSilence(of: silence) }
  }

  private func waitForSilence(of silence: Duration) async {
    while !endIfSilent(for: silence) {
      do { try await EventLoop.sleep(until: latest.advanced(by: silence)) } catch { return }
    }
  }

  private func endIfSilent(for silence: Duration) -> Bool {
    if latest.advanced(by: silence) > .now { return false }
    hasEnded = true
    connection?.watch.wakeReader()
    return true
  }
}

/// A record of DTLS.
package enum DTLSRecord {
  /// What it carries at most (RFC 6347, section 4.3).
  package static let mostBytes = 16_384
}
