import SocketLoop
import Sockets

@testable import Transfer

/// A stream in memory. The test scripts what it delivers and how it fails, and inspects what was written to it.
@LoopActor
final class ScriptedStream: ByteStream {
  /// What a read returns.
  enum Step { case bytes(String), end, failure(ErrorNumber) }

  private var steps: [Step]
  private let arrival = Suspension()
  private let failing = Suspension()
  /// What was written to it.
  private(set) var written = ""
  /// If set, every write fails with this.
  var writeFailure: ErrorNumber?
  /// Whether its sending direction has been ended.
  private(set) var isFinished = false
  private(set) var isReadingStopped = false
  /// How it was closed; nil while open.
  private(set) var closing: StreamClosing?
  /// What closing reports about the delivery of sent bytes.
  var delivery = StreamDelivery.acknowledged

  init(_ steps: Step...) { self.steps = steps }

  /// Makes more arrive.
  func bring(_ more: Step...) {
    steps += more
    arrival.resume()
  }

  /// Fails without being read from.
  func fail() { failing.resume() }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> IOResult {
    switch steps.first {
    case nil: return .wouldBlock
    case .end: return .moved(0)
    case .failure(let number): throw SystemError(call: "read", number: number)
    case .bytes(let text):
      steps.removeFirst()
      let count = min(buffer.count, text.utf8.count)
      buffer.copyBytes(from: text.utf8.prefix(count))
      let rest = String(decoding: text.utf8.dropFirst(count), as: UTF8.self)
      if !rest.isEmpty { steps.insert(.bytes(rest), at: 0) }
      return .moved(count)
    }
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) -> IOResult {
    if let writeFailure { throw SystemError(call: "write", number: writeFailure) }
    written += String(decoding: bytes, as: UTF8.self)
    return .moved(bytes.count)
  }

  func placeToRead() throws(LoopError) -> Suspension? { steps.isEmpty ? arrival : nil }
  func placeToWrite() throws(LoopError) -> Suspension? { nil }

  func failed() async throws(LoopError) {
    do throws(WaitError) { try await failing.suspend() } catch { throw LoopError(error) }
  }

  func finish() throws(SystemError) { isFinished = true }
  func stopReading() { isReadingStopped = true }

  func close(_ closing: StreamClosing, afterEnd: Bool) async -> StreamDelivery {
    self.closing = closing
    return delivery
  }

  /// The received bytes, as for a socket: everything before the end.
  var held: Int {
    steps.reduce(0) { if case .bytes(let text) = $1 { $0 + text.utf8.count } else { $0 } }
  }
}
