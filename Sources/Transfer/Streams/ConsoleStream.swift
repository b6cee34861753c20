import SocketLoop
import Sockets

/// The lines typed on a console, as a stream. It also carries out the escapes among them.
///
/// It asks for the next line only when the previous one has been read, and therefore sent.
@LoopActor
package final class ConsoleStream: SourceStream {
  private let console: any Console
  /// Where the lines go, and what `~u` and `~h` act on.
  private let peer: any ByteStream
  private let filter: (any ByteFilter)?
  /// Sees urgent data, which does not pass through the pump.
  private let tap: (any ByteTap)?
  /// Counts the bytes sent, for `~s`. Urgent data is added here, since no pump counts it.
  private let sent: ByteCounter
  private let received: ByteCounter
  /// Whether `~.` ended it: then the session is over, even if the peer has more to send.
  package private(set) var endIsFinal = false

  private var unread: [UInt8] = []
  private var urgent: [UInt8] = []
  private var failure: SystemError?
  private var hasEnded = false
  private var isAsking = false
  private var hasHalfClosed = false
  private let arrival = Suspension()

  /// - Parameters:
  ///   - filter: transforms the lines; the bytes of `~x` are sent unchanged.
  ///   - sent, received: count the bytes in each direction.
  package init(
    _ console: any Console, to peer: any ByteStream, filter: (any ByteFilter)?, tap: (any ByteTap)?, sent: ByteCounter,
    received: ByteCounter
  ) {
    self.console = console
    self.peer = peer
    self.filter = filter
    self.tap = tap
    self.sent = sent
    self.received = received
  }

  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> IOResult {
    if !urgent.isEmpty, try !sendUrgent() { return .wouldBlock }
    if let failure { throw failure }
    if unread.isEmpty {
      if hasEnded { return .moved(0) }
      ask()
      return .wouldBlock
    }
    let count = min(buffer.count, unread.count)
    buffer.copyBytes(from: unread.prefix(count))
    unread.removeFirst(count)
    return .moved(count)
  }

  package func placeToRead() throws(LoopError) -> Suspension? {
    if !urgent.isEmpty { return try peer.placeToWrite() }
    return isAsking ? arrival : nil
  }

  package func stopReading() { console.interrupt() }

  /// Starts a task that waits for a line. ``stopReading()`` ends it.
  private func ask() {
    if isAsking { return }
    isAsking = true
    Task(executorPreference: EventLoop.shared) { await self.takeLine() }
  }

  private func takeLine() async {
    do throws(LoopError) {
      if let line = try await console.nextLine() { await perform(ConsoleLine(line)) } else { hasEnded = true }
    } catch {
      if case .system(let error) = error { failure = error } else { hasEnded = true }
    }
    isAsking = false
    arrival.resume()
  }

  private func perform(_ line: ConsoleLine) async {
    switch line {
    case .text(let text):
      let bytes = text + [0x0a]
      send(filter.map { filter in bytes.withUnsafeBytes { filter.apply(to: $0) } } ?? bytes)
    case .bytes(let bytes): send(bytes)
    case .urgent(let bytes):
      guard maySend() else { return }
      let copy = RawBuffer(copying: bytes)
      await tap?.saw(copy.copied)
      extendLifetime(copy)
      urgent = bytes
    case .halfClose:
      hasHalfClosed = true
      try? peer.finish()
    case .status:
      guard let socket = peer.connection else { return }
      console.tell(ConnectionStatus(socket, sent: sent, received: received).text)
    case .help: console.tell(ConsoleLine.list)
    case .mistake(let reason): console.tell(reason)
    case .disconnect: (endIsFinal, hasEnded) = (true, true)
    }
  }

  private func send(_ bytes: [UInt8]) { if maySend() { unread = bytes } }

  private func maySend() -> Bool {
    if hasHalfClosed { console.tell("not sent: ~h has closed the sending half") }
    return !hasHalfClosed
  }

  /// - Returns: false if there is no room for it yet.
  private func sendUrgent() throws(SystemError) -> Bool {
    while !urgent.isEmpty {
      do throws(SystemError) {
        // Over a layer there is none: it would bypass the layer.
        guard let socket = peer.socketStream, socket === peer else {
          throw SystemError(call: "send", number: .notSupported)
        }
        guard case .moved(let count) = try socket.writeUrgent(urgent) else { return false }
        urgent.withUnsafeBytes { sent.add(UnsafeRawBufferPointer(rebasing: $0.prefix(count))) }
        urgent.removeFirst(count)
      } catch {
        urgent = []
        guard error.number == .notSupported else { throw error }
        console.tell("this kind of socket has no urgent data")
      }
    }
    return true
  }
}
