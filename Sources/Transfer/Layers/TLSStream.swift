import Glibc
import SocketLoop
import Sockets

/// A stream that is encrypted (TLS, RFC 8446), over another.
///
/// A close_notify ends one direction, as a FIN does: each side may go on sending after it has read the other's. The
/// connection itself is shut down when the stream is closed. An end without a close_notify is a failure: something may
/// be missing.
@LoopActor
package class TLSStream: LayeredStream {
  package final let base: any ByteStream
  final let session: TLSSession
  final let context: TLSContext
  final let verification: TLSVerification
  package final var failure: StreamFailure?

  /// Bytes that were decrypted to count them, and not read yet.
  final var decrypted: [UInt8] = []
  /// What was sent before the handshake was over.
  final var early = TLSEarlyData()
  /// The peer has ended its direction.
  final var hasEnded = false
  private final var hasFinished = false
  /// How many bytes are encrypted and on their way, of a write that has not reported them yet.
  private final var accepted = 0
  /// Sends what is left over when no write will do it: an answer to the peer, a close_notify.
  private final var drainer: Task<Void, Never>?
  private final let drained = Suspension()

  init(_ session: TLSSession, _ context: TLSContext, _ verification: TLSVerification, over base: any ByteStream) {
    self.base = base
    self.session = session
    self.context = context
    self.verification = verification
  }

  package var keepsMessageBoundaries: Bool { false }
  package var longestMessage: Int? { nil }
  package var hasHalfClose: Bool { base.hasHalfClose }
  /// A close_notify is an end, whatever is below.
  package final var hasNoEnd: Bool { false }
  package final var isAtEnd: Bool { true }
  package func failed() async throws(LoopError) { try await base.failed() }

  /// Waits during the handshake for more of the peer's.
  func waitForHandshake(until deadline: MonotonicTime) async throws(LoopError) {
    try await base.readable(until: deadline)
  }

  // MARK: Reading

  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> IOResult {
    if !decrypted.isEmpty { return takeDecrypted(into: buffer) }
    return try decrypt(into: buffer)
  }

  private final func decrypt(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> IOResult {
    if hasEnded || buffer.isEmpty { return .moved(0) }
    if failure != nil { throw Self.error }
    var count = 0
    // What is received is longer than what it decrypts to, so little of it is left over.
    let step = try session.run(receiving: max(buffer.count, 16_704)) {
      while true {
        let step = session.decrypt(into: UnsafeMutableRawBufferPointer(rebasing: buffer[count...]))
        guard case .done(let part) = step else {
          if case .wantsInput = step, count > 0 { return .done(count) }
          return step
        }
        count += part
        if count == buffer.count { return .done(count) }
      }
    }
    if accepted == 0, session.unsentCount > 0 { drain() }
    switch step {
    case .done, nil: break
    case .wantsRoom: break
    case .ended: hasEnded = true
    case .wantsInput: try end()
    case .failed: failure = description.ofSession
    }
    if count > 0 { return .moved(count) }
    if failure != nil { throw Self.error }
    return hasEnded ? .moved(0) : .wouldBlock
  }

  /// Handles an end of the stream below without a close_notify.
  private final func end() throws(SystemError) {
    if context.settings.allowsTruncation {
      hasEnded = true
    } else {
      failure = StreamFailure(.cut, "has ended the connection without a close_notify: something may be missing")
    }
  }

  private final func takeDecrypted(into buffer: UnsafeMutableRawBufferPointer) -> IOResult {
    let count = min(buffer.count, decrypted.count)
    buffer.copyBytes(from: decrypted.prefix(count))
    decrypted.removeFirst(count)
    return .moved(count)
  }

  package func placeToRead() throws(LoopError) -> Suspension? {
    // OpenSSL decrypts whole records: what it holds does not make the socket readable again.
    if !decrypted.isEmpty || session.holdsInput { return nil }
    return try base.placeToRead()
  }

  /// What is received is encrypted, and only decrypting it tells how much it is.
  package var held: Int {
    let waiting = base.held
    let memory = RawBuffer(count: 65_536)
    defer { extendLifetime(memory) }
    while decrypted.count < waiting || session.holdsInput {
      guard case .moved(let count)? = try? decrypt(into: memory.bytes), count > 0 else { break }
      decrypted += memory.bytes.prefix(count)
    }
    return decrypted.count
  }

  // MARK: Writing

  /// Encrypts as much as one call may, and reports it once all of that has been sent: until then it would block, and the
  /// next write is of the same bytes.
  package func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) -> IOResult {
    if drainer != nil { return .wouldBlock }
    guard try session.flush() else { return .wouldBlock }
    if accepted > 0 {
      defer { accepted = 0 }
      return .moved(min(accepted, bytes.count))
    }
    if bytes.isEmpty { return .moved(0) }
    if early.unreported > 0 { return .moved(early.take(bytes.count)) }
    switch session.encrypt(bytes) {
    case .done(let count):
      guard session.unsentCount == 0 else {
        accepted = count
        return .wouldBlock
      }
      return .moved(count)
    case .wantsInput, .wantsRoom: return .wouldBlock
    case .ended, .failed:
      failure = failure ?? description.ofSession
      throw Self.error
    }
  }

  package func placeToWrite() throws(LoopError) -> Suspension? {
    drainer == nil ? try base.placeToWrite() : drained
  }

  // MARK: Ends

  package func finish() throws(SystemError) {
    if hasFinished || !session.canEndSending { return }
    hasFinished = true
    _ = session.endSending()
    if session.unsentCount > 0 { drain() }
  }

  /// Starts a task that sends what is left over.
  private final func drain() {
    if drainer != nil { return }
    drainer = Task(executorPreference: EventLoop.shared) { await self.sendLeftOver() }
  }

  private final func sendLeftOver() async {
    do {
      while try !session.flush() { try await base.writable() }
    } catch {
      // The next call on the stream below reports it.
    }
    drainer = nil
    drained.resume()
  }

  package func close(_ closing: StreamClosing, afterEnd: Bool) async -> StreamDelivery {
    let limit: MonotonicTime
    switch closing {
    case .abort: return await base.close(.abort, afterEnd: afterEnd)
    case .atOnce:
      if failure == nil { try? finish() }
      drainer?.cancel()
      return await base.close(.atOnce, afterEnd: afterEnd)
    case .delivered(let within):
      limit = .after(within)
      if failure == nil { try? finish() }
    case .aborted(let within): limit = .after(within)
    }
    // In a separate task, because this one may already be cancelled.
    await Task(executorPreference: EventLoop.shared) { await self.sendRest(until: limit) }.value
    let left = session.unsentCount
    if left > 0 {
      _ = await base.close(.abort, afterEnd: afterEnd)
      return hasNoData(left) ? .acknowledged : .timedOut(unacknowledged: left)
    }
    let rest: Duration? = limit == .never ? nil : max(.zero, limit.since(.now))
    let ending: StreamClosing =
      if case .aborted = closing { .aborted(deliveringWithin: rest) } else { .delivered(within: rest) }
    let delivery = await base.close(ending, afterEnd: session.baseHasEnded)
    guard case .failed = delivery, let socket = base.connection,
      hasNoData((try? socket.socket.unacknowledgedByteCount()) ?? .max)
    else { return delivery }
    return .acknowledged
  }

  /// Whether the last bytes that were sent, which the peer has not taken, are no data: our close_notify, and tickets for
  /// later sessions. Many programs close their socket without reading those once they have sent a close_notify of their
  /// own; then a reset comes, and nothing is lost. The FIN counts as a byte.
  private final func hasNoData(_ count: Int) -> Bool { hasEnded && count <= session.countSinceData + 1 }

  private final func sendRest(until limit: MonotonicTime) async {
    guard session.unsentCount > 0 else { return }
    drain()
    do throws(WaitError) { try await drained.suspend(until: limit) } catch { drainer?.cancel() }
  }

  // MARK: Failures

  /// The error of each call after a failure, which ``failure`` describes.
  static let error = SystemError(call: "SSL_read", number: ErrorNumber(rawValue: EPROTO))

  /// What OpenSSL says about its latest failure.
  final var description: TLSFailureDescription {
    TLSFailureDescription(
      errors: session.library.takeErrors(), refusal: verification.refusal, beginning: session.beginning,
      role: context.role, protocolName: context.settings.protocolName,
      presharedIdentity: context.settings.presharedKeys.isEmpty ? nil : verification.presharedIdentity ?? "")
  }
}
