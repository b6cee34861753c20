import Glibc
import SocketLoop
import Sockets

/// A descriptor as a stream: a file, a pipe, a terminal, a device, or an inherited socket. A ``SocketStream`` also uses
/// one, to read and write its bytes.
///
/// Inherited descriptors keep their blocking mode. On a blocking one, only calls that cannot block are made: with
/// `MSG_DONTWAIT` or `RWF_NOWAIT`, or after poll(2) reported it ready.
@LoopActor
package final class DescriptorStream: ByteStream {
  /// How to read or write without blocking.
  enum Method {
    /// recvmsg(2) with `MSG_DONTWAIT`, reporting each message.
    case messages
    /// recv(2) and send(2) with `MSG_DONTWAIT`.
    case socket
    /// preadv2(2) and pwritev2(2) with `RWF_NOWAIT`.
    case noWait
    /// poll(2) first. After that a read returns what is available, and a write of up to `PIPE_BUF` bytes fits.
    case whenReady
    /// Plain calls, for regular files and for non-blocking descriptors of our own.
    case direct
    /// No calls, but the behaviour of `/dev/null`: a read ends at once, and what is written is dropped.
    case nothing
  }

  /// What the descriptor refers to.
  package nonisolated let kind: Descriptor.Kind
  /// Whether recv(2) with `MSG_TRUNC` discards data: it does on TCP; other sockets would write to the null buffer.
  nonisolated let canDiscard: Bool
  /// Whether splice(2) and sendfile(2) are sure not to block. On sockets the file's own blocking mode decides, not a
  /// flag, and the mode of an inherited socket is not ours to change.
  private(set) var canSplice: Bool
  /// Whether splice(2) from here may block unless poll(2) reported it readable: an inherited stream socket.
  nonisolated let mustBeAsked: Bool
  /// Whether the bytes spliced into it form one stream.
  nonisolated let takesPages: Bool
  /// Whether splice(2) may stop at the urgent mark, as it does on TCP.
  nonisolated let mayHaveMark: Bool
  /// Whether one send arrives as one receive.
  package nonisolated let keepsMessageBoundaries: Bool
  /// The descriptor. It changes when a terminal or a named pipe is reopened.
  package internal(set) var descriptor: Descriptor
  /// The descriptor's registration with the event loop.
  package internal(set) var watch: Watch
  /// Called once if the kernel closed descriptors that a Unix peer passed.
  package var didLoseDescriptors: (@LoopActor () -> Void)?
  /// Lets concurrent writers take turns.
  package nonisolated let turns = WriteTurns()

  /// Gets a report of each received message.
  private(set) var observer: MessageObserver?
  /// Where urgent data goes that is read from here; nil if it is not looked for.
  weak var urgentSink: DescriptorStream?
  /// Whether the next byte to write is urgent.
  var writesUrgent = false
  var readMethod: Method
  var writeMethod: Method
  /// Keeps a descriptor of our own open: one that was handed over, or a file that was opened again.
  private var owner: Owner?
  /// Whether ending the stream closes the descriptor.
  private var closesAtEnd = false
  /// The number of an inherited pipe or socket whose reader is to see the end when the stream ends; nil otherwise.
  private var released: Descriptor?
  /// The size of a regular file when reading began.
  var initialSize = 0
  /// Whether a write to it has failed, so that all other writers to it will lose their data too.
  var hasFailed = false
  /// Whether the pipe's buffer has been enlarged.
  var isEnlarged = false
  lazy var isDrainedAtOnce = canDiscard || kind == .pipe && !descriptor.isInPacketMode

  /// An inherited descriptor.
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

  /// A descriptor of our own, such as one end of a pipe to a child process: ending or closing the stream closes it.
  ///
  /// - Parameter isNonBlocking: whether it was opened with `O_NONBLOCK`, so that plain calls do not block.
  package convenience init(
    owning descriptor: consuming OwnedDescriptor, isNonBlocking: Bool = false
  ) throws(SystemError) {
    let own = Owner(descriptor)
    try self.init(own.descriptor.borrowed)
    (owner, closesAtEnd) = (own, true)
    if isNonBlocking { (readMethod, writeMethod) = (.direct, .direct) }
  }

  /// The bytes of a connection of our own. Both directions share the connection's watch.
  init(_ connection: AsyncSocket) {
    descriptor = Descriptor(connection.socket.descriptor)
    kind = .socket
    watch = connection.watch
    canDiscard = connection.socket.type == .stream && connection.socket.protocolNumber == .tcp
    keepsMessageBoundaries = connection.socket.type.keepsMessageBoundaries
    mayHaveMark = canDiscard
    takesPages = connection.socket.takesPages
    (canSplice, mustBeAsked) = (true, false)
    (readMethod, writeMethod) = (.socket, .socket)
  }

  /// Reports each message received from now on to an observer. This rules out splicing, which does not deliver the
  /// facts about a message.
  func report(to observer: MessageObserver) {
    self.observer = observer
    canSplice = false
    readMethod = .messages
  }

  /// Makes it behave like `/dev/null` without a call on the descriptor, which cannot be read or written.
  package func behaveAsNull() {
    (readMethod, writeMethod) = (.nothing, .nothing)
    canSplice = false
  }

  package func placeToRead() throws(LoopError) -> Suspension? { try watch.readerSuspension() }
  package func placeToWrite() throws(LoopError) -> Suspension? { try watch.writerSuspension() }
  package func failed() async throws(LoopError) { try await watch.failed() }

  /// Makes ``finish()`` end an inherited pipe or socket as well, because nobody here will write to it again.
  package func releaseAtEnd() { if hasReader { released = descriptor } }

  /// Closes a descriptor of our own, which a child process sees as the end of its input. Others stay open, unless
  /// ``releaseAtEnd()`` says otherwise.
  package func finish() throws(SystemError) {
    if closesAtEnd || released != nil { watch.close() }
    if closesAtEnd { owner = nil }
    guard let released else { return }
    self.released = nil
    // Not closed: the same socket may be our input, too.
    if kind == .socket { return try released.shutDownSending() }
    let placeholder = try OwnedDescriptor.placeholder()
    owner = nil
    try released.become(placeholder.borrowed)
  }

  package func close(_ closing: StreamClosing, afterEnd: Bool) async -> StreamDelivery {
    closeAtOnce(closing, afterEnd: afterEnd) ?? .acknowledged
  }

  package func closeAtOnce(_ closing: StreamClosing, afterEnd: Bool) -> StreamDelivery? {
    // At the end of the session the end of the process suffices, and a socket may serve the next program of a script.
    if closesAtEnd { try? finish() }
    return .acknowledged
  }

  package var pages: DescriptorStream? { self }

  /// For a regular file: the number of bytes after its current position.
  package var remaining: Int? {
    if readMethod == .nothing { return 0 }
    return kind == .regularFile ? descriptor.remainingByteCount() : nil
  }

  /// Whether it is a pipe that no process reads from any more.
  var hasNoReader: Bool { owner == nil && closesAtEnd || (try? descriptor.isReady(.error)) == true }

  /// Whether a writer is waiting for room.
  package var isOutOfRoom: Bool { watch.state.writer.isWaiting }

  /// Whether writes have no boundaries, so that they may be merged and split freely.
  ///
  /// False for all sockets, as an inherited one may be of any type.
  package var isByteStream: Bool { kind != .socket }

  /// Whether it has a reader that can go away, which ``failed()`` reports.
  package var hasReader: Bool { kind == .pipe || kind == .socket }

  /// Reopens a terminal or a named pipe as a non-blocking descriptor of our own, since these do not support
  /// `RWF_NOWAIT`.
  func reopen() {
    do throws(SystemError) {
      let own = Owner(try descriptor.reopenForWriting())
      owner = own
      descriptor = own.descriptor.borrowed
      watch = Watch(descriptor.number)
      writeMethod = .direct
    } catch {
      writeMethod = .whenReady
    }
  }

  private final class Owner {
    let descriptor: OwnedDescriptor
    init(_ descriptor: consuming OwnedDescriptor) { self.descriptor = descriptor }
  }
}
