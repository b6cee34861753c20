import SocketLoop
import Sockets

/// How bytes get from one stream to another, chosen once from the kinds of the two.
///
/// This table is the only place that decides by kind. Within its paths, short messages and pipes of small writes are
/// copied (``Pump/copyShortMessages(_:)``). If the kernel refuses a path (EINVAL, ENOSYS, EOPNOTSUPP), the pump falls
/// back to ``copy``, which works for everything.
enum TransferPath: Hashable {
  /// read(2) and write(2), through one reused buffer.
  case copy
  /// Each message of the source becomes one message of the sink: sendmmsg(2).
  case messages
  /// splice(2) between a pipe and a socket.
  case splice
  /// splice(2) twice, through a pipe of our own.
  case spliceThroughPipe
  /// sendfile(2), from the page cache.
  case sendFile
  /// recv(2) with `MSG_TRUNC`: data for /dev/null is not copied at all.
  case discard

  /// The descriptors between which pages can move.
  struct Pages {
    let source: DescriptorStream
    let sink: DescriptorStream
  }

  /// - Parameters:
  ///   - source, sink: the ``ByteStream/pages`` of the two streams.
  ///   - mustCopy: whether a tap, a filter or write turns need the bytes in user space.
  @LoopActor
  static func between(
    _ source: DescriptorStream?, _ sink: DescriptorStream?, mustCopy: Bool
  ) -> (path: TransferPath, pages: Pages?) {
    guard let source, let sink else { return (.copy, nil) }
    let path = between(source, sink, mustCopy: mustCopy)
    return (path, path == .copy ? nil : Pages(source: source, sink: sink))
  }

  @LoopActor
  private static func between(_ source: DescriptorStream, _ sink: DescriptorStream, mustCopy: Bool) -> TransferPath {
    // Splicing does not preserve message boundaries.
    if mustCopy || source.keepsMessageBoundaries || sink.keepsMessageBoundaries { return .copy }
    if !sink.takesPages { return .copy }
    if !source.canSplice && !source.mustBeAsked || !sink.canSplice { return .copy }
    switch (source.kind, sink.kind) {
    case (.socket, .socket): return .spliceThroughPipe
    case _ where source.mustBeAsked: return .copy
    case (.pipe, .socket), (.socket, .pipe): return .splice
    case (.regularFile, .socket): return .sendFile
    case (.socket, .null) where source.canDiscard: return .discard
    // splice(2) refuses a file opened with O_APPEND.
    case (.socket, .regularFile): return sink.descriptor.isAppending ? .copy : .spliceThroughPipe
    // Devices, terminals, and everything else that the kernel cannot splice.
    default: return .copy
    }
  }
}
