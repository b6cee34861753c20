import Glibc
import SocketLoop
import Sockets

/// One end of a stream as a pump sees it: a descriptor, how it is read and written without waiting, and its watch.
///
/// Descriptors that were inherited keep their mode: where the file is blocking, the calls are those that do not wait all
/// the same (`MSG_DONTWAIT`, `RWF_NOWAIT`), or are made only after the kernel said that they will not.
@LoopActor
package final class StreamEnd {
  /// How not to wait.
  private enum Method {
    /// recvmsg(2) with `MSG_DONTWAIT`, so that each message is told of.
    case messages
    /// recv(2) and send(2) with `MSG_DONTWAIT`.
    case socket
    /// preadv2(2) and pwritev2(2) with `RWF_NOWAIT`.
    case noWait
    /// Ask poll(2) first; then a read takes what is there, and a write of `PIPE_BUF` bytes fits.
    case whenReady
    /// Regular files and our own non-blocking descriptors.
    case direct
  }

  /// What the descriptor leads to.
  package nonisolated let kind: Descriptor.Kind
  /// Whether `MSG_TRUNC` discards here: on TCP it does, other sockets would write to no buffer.
  nonisolated let canDiscard: Bool
  /// Whether splice(2) and sendfile(2) do not wait here: with sockets the file's own mode decides, not a flag, and that
  /// of an inherited one is not ours.
  nonisolated let canSplice: Bool
  /// Whether splice(2) from here does not wait once poll(2) has said so: a stream socket that was inherited.
  nonisolated let mustBeAsked: Bool
  /// Whether pages that are given to it are one stream there.
  nonisolated let takesPages: Bool
  /// Whether splice(2) may stop before the end, at the mark of urgent data, as it does on TCP.
  nonisolated let mayHaveMark: Bool
  /// Whether one send is one receive.
  package nonisolated let keepsMessageBoundaries: Bool
  /// Told, once, that the peer has passed descriptors, which were closed; for Unix sockets.
  package var heardOfDescriptors: (@LoopActor () -> Void)?
  /// The descriptor; another one after a terminal or a named pipe was opened once more.
  package private(set) var descriptor: Descriptor
  /// Its place in the loop.
  package private(set) var watch: Watch
  /// What is told of received messages.
  private var observer: MessageObserver?
  private var readMethod: Method
  private var writeMethod: Method
  /// Keeps a reopened file open.
  private var reopened: Reopened?
  private var writeLock: [Suspension] = []
  private var isWriting = false
  /// How long a regular file was when somebody began to read it.
  var initialSize = 0
  /// A write to it has failed: whoever else writes to it loses what it has, too.
  var hasFailed = false
  /// The pipe was asked to hold more.
  var isEnlarged = false

  /// A descriptor that was inherited.
  package init(_ descriptor: Descriptor) throws(SystemError) {
    self.descriptor = descriptor
    kind = try descriptor.kind()
    watch = Watch(descriptor.number)
    (canDiscard, keepsMessageBoundaries) = (false, false)
    (canSplice, takesPages) = (kind != .socket, true)
    mayHaveMark = kind == .socket
    mustBeAsked = kind == .socket && descriptor.isStreamSocket
    switch kind {
    case .socket: (readMethod, writeMethod) = (.socket, .socket)
    case .pipe: (readMethod, writeMethod) = (.noWait, .noWait)
    case .regularFile, .null: (readMethod, writeMethod) = (.direct, .direct)
    case .terminal: (readMethod, writeMethod) = (.whenReady, .noWait)
    case .other: (readMethod, writeMethod) = (descriptor.isMemoryDevice ? .direct : .whenReady, .direct)
    }
  }

  /// A connection of ours, whose watch both directions share.
  ///
  /// - Parameter observer: told of each message that is received, where the connection carries messages.
  package init(_ connection: AsyncSocket, observer: MessageObserver? = nil) {
    descriptor = Descriptor(connection.socket.descriptor)
    kind = .socket
    watch = connection.watch
    canDiscard = connection.socket.type == .stream && connection.socket.protocolNumber == .tcp
    keepsMessageBoundaries = connection.socket.type.keepsMessageBoundaries
    mayHaveMark = canDiscard
    takesPages = connection.socket.takesPages
    // What is told of a message does not come with pages.
    (canSplice, mustBeAsked) = (observer == nil, false)
    self.observer = observer
    (readMethod, writeMethod) = (observer == nil ? .socket : .messages, .socket)
  }

  /// How many bytes are read at most: behind them is the end.
  package private(set) var remaining = Int.max
  /// How many bytes are read and dropped first.
  package private(set) var unskipped = 0

  /// Has the first bytes passed over, and the end put behind so many.
  ///
  /// A regular file is moved on with `lseek(2)`; of everything else the bytes are read and dropped.
  package func limit(skipping count: Int, to limit: Int?) throws(SystemError) {
    remaining = limit ?? .max
    if kind == .regularFile, count > 0 { try descriptor.skip(count) } else { unskipped = count }
  }

  /// How many bytes are still to be read: to the limit, or to the end of a regular file; nil where there is neither.
  package var bytesAhead: Int? {
    let ahead = kind == .regularFile ? descriptor.bytesAhead() : nil
    guard remaining < .max else { return ahead }
    return min(ahead ?? .max, remaining)
  }

  /// What stands behind the end is an error (`EMSGSIZE`), and not for another reader.
  private var refusesMore = false
  /// Something stood there.
  package private(set) var hasMore = false

  /// Has the end put behind so many bytes, and none but the end follow.
  package func expect(_ count: Int) {
    remaining = count
    refusesMore = true
  }

  /// At the end of what was expected: the source's own end, or an error.
  private func readEnd() throws(SystemError) -> IOResult {
    let scratch = RawBuffer(count: 1)
    defer { extendLifetime(scratch) }
    let result = try readSome(into: scratch.bytes)
    guard case .moved(1...) = result else { return result }
    hasMore = true
    throw SystemError(call: "recv", number: .messageTooLong)
  }

  /// Whether a regular file has more that is to be read.
  var hasMoreOfFile: Bool { kind == .regularFile && (bytesAhead ?? 0) > 0 }

  func took(_ count: Int) { remaining -= count }

  /// Puts the end behind so many bytes more.
  func endAfter(_ count: Int) { remaining = min(remaining, count) }

  /// Reads what is there, and never waits; 0 is the end.
  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> IOResult {
    while unskipped > 0 {
      guard case .moved(let count) = try readSome(into: .init(rebasing: buffer.prefix(unskipped))) else {
        return .wouldBlock
      }
      if count == 0 { return .moved(0) }
      unskipped -= count
    }
    if remaining == 0 { return refusesMore ? try readEnd() : .moved(0) }
    // Not prefix(_:), which is most of what a short message costs here.
    let result = try readSome(into: .init(start: buffer.baseAddress, count: min(buffer.count, remaining)))
    if case .moved(let count) = result { took(count) }
    return result
  }

  private func readSome(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> IOResult {
    switch readMethod {
    case .socket where heardOfDescriptors != nil: return try receiveAndNote(into: buffer)
    case .socket: return try descriptor.receiveWithoutWaiting(into: buffer)
    case .messages: return try observer?.receive(from: descriptor, into: buffer) ?? .moved(0)
    case .direct: return try descriptor.read(into: buffer)
    case .noWait:
      do throws(SystemError) {
        return try descriptor.readWithoutWaiting(into: buffer)
      } catch {
        guard error.number == .notSupported else { throw error }
        readMethod = .whenReady
        return try readSome(into: buffer)
      }
    case .whenReady:
      guard try descriptor.isReady(.readable) else { return .wouldBlock }
      return try descriptor.read(into: buffer)
    }
  }

  /// Whether something is to be written, and waits until there is room.
  package var isOutOfRoom: Bool { watch.state.writer.isWaiting }

  /// Whether to read without waiting takes one system call.
  var isReadAtOnce: Bool { readMethod != .whenReady }

  /// Whether a read that its buffer had more room for has left nothing there that the loop will not report.
  ///
  /// Known of pipes and of TCP, but where packets, urgent data or the end may have stopped the read; all else is asked.
  func isDrainedByShortRead() -> Bool {
    if isDrainedAtOnce, watch.state.sawOnlyData { return true }
    return (try? descriptor.isReady(.readable)) == false
  }
  private lazy var isDrainedAtOnce = canDiscard || kind == .pipe && !descriptor.isInPacketMode

  /// Writes what there is room for, and never waits.
  package func write(_ buffer: UnsafeRawBufferPointer) throws(SystemError) -> IOResult {
    switch writeMethod {
    case .socket, .messages: return try descriptor.sendWithoutWaiting(buffer)
    case .direct: return try descriptor.write(buffer)
    case .noWait:
      do throws(SystemError) {
        return try descriptor.writeWithoutWaiting(buffer)
      } catch {
        guard error.number == .notSupported else { throw error }
        reopen()
        return try write(buffer)
      }
    case .whenReady:
      guard try descriptor.isReady(.writable) else { return .wouldBlock }
      return try descriptor.write(UnsafeRawBufferPointer(rebasing: buffer.prefix(4096)))
    }
  }

  /// Writes of several places what there is room for, and never waits.
  func write(_ vectors: UnsafeMutableBufferPointer<iovec>) throws(SystemError) -> IOResult {
    switch writeMethod {
    case .direct: return try descriptor.write(vectors)
    case .noWait:
      do throws(SystemError) {
        return try descriptor.writeWithoutWaiting(vectors)
      } catch {
        guard error.number == .notSupported else { throw error }
        reopen()
        return try write(vectors)
      }
    case .socket, .messages, .whenReady:
      guard let first = vectors.first(where: { $0.iov_len > 0 }) else { return .moved(0) }
      return try write(UnsafeRawBufferPointer(start: first.iov_base, count: first.iov_len))
    }
  }

  /// Terminals and named pipes know no `RWF_NOWAIT`: they are opened once more, non-blocking, for ourselves.
  private func reopen() {
    do throws(SystemError) {
      let own = Reopened(try descriptor.reopenForWriting())
      reopened = own
      descriptor = own.descriptor.borrowed
      watch = Watch(descriptor.number)
      writeMethod = .direct
    } catch {
      writeMethod = .whenReady
    }
  }

  private final class Reopened {
    let descriptor: OwnedDescriptor
    init(_ descriptor: consuming OwnedDescriptor) { self.descriptor = descriptor }
  }

  /// Writes all of an array, which stays in memory for as long as that takes.
  package func writeAll(_ bytes: [UInt8]) async throws(LoopError) {
    let copy = RawBuffer(copying: bytes)
    defer { extendLifetime(copy) }
    try await writeAll(copy.copied)
  }

  /// Writes all of it.
  ///
  /// Several tasks may do so: each one's bytes stay together, in the order of the calls.
  package func writeAll(_ buffer: UnsafeRawBufferPointer) async throws(LoopError) {
    try await takeTurn()
    defer { endTurn() }
    var rest = buffer
    while !rest.isEmpty {
      let result: IOResult
      do throws(SystemError) { result = try write(rest) } catch { throw .system(error) }
      switch result {
      case .moved(let count): rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
      case .wouldBlock: try await watch.writable()
      }
    }
  }

  func takeTurn() async throws(LoopError) {
    if isWriting {
      let turn = Suspension()
      writeLock.append(turn)
      do throws(WaitError) {
        try await turn.suspend()
      } catch {
        writeLock.removeAll { $0 === turn }
        throw .cancelled
      }
    }
    isWriting = true
  }

  func endTurn() {
    isWriting = false
    if !writeLock.isEmpty {
      isWriting = true
      writeLock.removeFirst().resume()
    }
  }
}
