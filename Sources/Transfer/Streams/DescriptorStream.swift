import Glibc
import SocketLoop
import Sockets

/// A descriptor as a stream: a file, a pipe, a terminal, a device, or a socket that was inherited. A ``SocketStream`` has
/// one too, for its bytes.
///
/// Inherited descriptors keep their mode. If the file is blocking, the calls are those that do not wait in any case
/// (`MSG_DONTWAIT`, `RWF_NOWAIT`), or are made only after poll(2) said that they will not.
@LoopActor
package final class DescriptorStream: ByteStream {
  /// How not to wait.
  enum Method {
    /// recvmsg(2) with `MSG_DONTWAIT`, reporting each message.
    case messages
    /// recv(2) and send(2) with `MSG_DONTWAIT`.
    case socket
    /// preadv2(2) and pwritev2(2) with `RWF_NOWAIT`.
    case noWait
    /// poll(2) first; then a read takes what is there, and a write of `PIPE_BUF` bytes fits.
    case whenReady
    /// Regular files, and our own non-blocking descriptors.
    case direct
  }

  /// What the descriptor leads to.
  package nonisolated let kind: Descriptor.Kind
  /// Whether `MSG_TRUNC` discards here: on TCP it does, other sockets would write to no buffer.
  nonisolated let canDiscard: Bool
  /// Whether splice(2) and sendfile(2) do not wait here. With sockets the file's own mode decides, not a flag, and that of
  /// an inherited one is not ours to change.
  private(set) var canSplice: Bool
  /// Whether splice(2) from here does not wait once poll(2) has said so: a stream socket that was inherited.
  nonisolated let mustBeAsked: Bool
  /// Whether pages that are given to it are one stream there.
  nonisolated let takesPages: Bool
  /// Whether splice(2) may stop before the end, at the mark of urgent data, as it does on TCP.
  nonisolated let mayHaveMark: Bool
  /// Whether one send is one receive.
  package nonisolated let keepsMessageBoundaries: Bool
  /// The descriptor; another one after a terminal or a named pipe was opened again.
  package internal(set) var descriptor: Descriptor
  /// Its place in the loop.
  package internal(set) var watch: Watch
  /// Told, once, that the peer has passed descriptors, which the kernel closed; for Unix sockets.
  package var didLoseDescriptors: (@LoopActor () -> Void)?
  /// Those who write to it at the same time.
  package nonisolated let turns = WriteTurns()

  /// Is told of received messages.
  private(set) var observer: MessageObserver?
  var readMethod: Method
  var writeMethod: Method
  /// Keeps a descriptor of our own open: one that was handed over, or a file that was opened again.
  private var owner: Owner?
  /// Whether ending the stream closes the descriptor.
  private var closesAtEnd = false
  /// How long a regular file was when the reading began.
  var initialSize = 0
  /// Whether a write to it has failed: others who write to it lose what they have, too.
  var hasFailed = false
  /// Whether the pipe was asked to hold more.
  var isEnlarged = false
  lazy var isDrainedAtOnce = canDiscard || kind == .pipe && !descriptor.isInPacketMode

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

  /// A descriptor of our own, such as one end of a pipe to a child process: ending or closing the stream closes it.
  package convenience init(owning descriptor: consuming OwnedDescriptor) throws(SystemError) {
    let own = Owner(descriptor)
    try self.init(own.descriptor.borrowed)
    (owner, closesAtEnd) = (own, true)
  }

  /// The bytes of a connection of ours, whose watch both directions share.
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

  /// Tells an observer of each message that is received from now on. What is known of a message does not come with pages.
  func report(to observer: MessageObserver) {
    self.observer = observer
    canSplice = false
    readMethod = .messages
  }

  package func placeToRead() throws(LoopError) -> Suspension? { try watch.placeForReader() }
  package func placeToWrite() throws(LoopError) -> Suspension? { try watch.placeForWriter() }
  package func failed() async throws(LoopError) { try await watch.failed() }

  /// Closes a descriptor of our own, which a child process sees as the end of its input; others stay open.
  package func finish() throws(SystemError) {
    guard closesAtEnd else { return }
    watch.close()
    owner = nil
  }

  package func close(_ closing: StreamClosing, afterEnd: Bool) async -> StreamDelivery {
    try? finish()
    return .acknowledged
  }

  package var pages: DescriptorStream? { self }

  /// Of a regular file: what lies behind its position.
  package var remaining: Int? { kind == .regularFile ? descriptor.bytesAhead() : nil }

  /// Whether a write waits until there is room.
  package var isOutOfRoom: Bool { watch.state.writer.isWaiting }

  /// Whether one write may be read by several reads, and several by one, so that nobody sees where one ended.
  ///
  /// A socket that was inherited may be of any type.
  package var isByteStream: Bool { kind != .socket }

  /// Whether its reader can go away, which ``failed()`` then reports.
  package var hasReader: Bool { kind == .pipe || kind == .socket }

  /// Terminals and named pipes know no `RWF_NOWAIT`: they are opened again, non-blocking, for ourselves.
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
