import SocketLoop
import Sockets

/// Sends bytes that are there already: the message that stands in the arguments.
@LoopActor
package final class BytesSender: Upward {
  /// What it has sent.
  package let flow = Flow()
  private let bytes: [UInt8]
  private let connection: AsyncSocket
  private let rate: RateLimit?
  private var isAbandoned = false
  private var sent = 0
  /// A part of the message was not sent.
  package var isIncomplete: Bool { sent < bytes.count }
  private let control: [ControlMessage]
  private let tap: (any ByteTap)?

  /// Sends `bytes` to a connected socket, and with their first byte control messages; `tap` sees them first.
  package init(
    _ bytes: [UInt8], to connection: AsyncSocket, passing control: [ControlMessage] = [], tap: (any ByteTap)? = nil,
    rate: RateLimit? = nil
  ) {
    self.tap = tap
    self.bytes = bytes
    self.control = control
    self.rate = rate
    self.connection = connection
  }

  /// Sends until all is sent.
  package func run() async -> Pump.Ending {
    if let tap {
      let copy = RawBuffer(copying: bytes)
      await tap.saw(copy.copied)
      extendLifetime(copy)
    }
    // An empty message is a record of its own where there are boundaries, and nothing on a stream.
    var isDone = bytes.isEmpty && !connection.socket.type.keepsMessageBoundaries
    while !isDone {
      var allowed = Int.max
      if let rate {
        do throws(WaitError) { allowed = try await rate.allowance() } catch { return .cancelled }
        if isAbandoned { return .cancelled }
      }
      do throws(SystemError) {
        switch try send(from: sent, limit: allowed) {
        case .moved(let count):
          rate?.used(count)
          bytes.withUnsafeBytes { flow.moved(UnsafeRawBufferPointer(rebasing: $0[sent..<(sent + count)])) }
          sent += count
          isDone = sent == bytes.count
          continue
        case .wouldBlock: break
        }
      } catch {
        return .sinkFailed(error)
      }
      do throws(LoopError) {
        try await connection.watch.writable()
      } catch {
        if Task.isCancelled || connection.watch.isClosed || isAbandoned { return .cancelled }
      }
    }
    return .sourceEnded
  }

  private func send(from start: Int, limit: Int) throws(SystemError) -> IOResult {
    let bytes = bytes
    if start == 0, !control.isEmpty {
      return try connection.socket.sendMessage(bytes.span, control: control, flags: .doNotWait)
    }
    // A record goes whole.
    let count = connection.socket.type.keepsMessageBoundaries ? bytes.count : min(limit, bytes.count - start)
    return try connection.socket.send(bytes.span.extracting(start..<(start + count)), flags: .doNotWait)
  }

  /// Does nothing: all of the message was read before it began.
  package func stop() {}

  /// Ends it now.
  package func abandon() {
    isAbandoned = true
    connection.watch.interruptWriting()
  }
}
