import SocketLoop
import Sockets

/// How bytes get from one stream to another: chosen once, by the kinds of the two.
///
/// This is the one table. A path that the kernel refuses (EINVAL, ENOSYS) falls back to ``copy``, which does everything.
enum TransferPath: Hashable {
  /// read and write, through one buffer that is used again and again.
  case copy
  /// Messages of the source, each of which is one of the sink's: sendmmsg(2).
  case messages
  /// splice(2), if one end is a pipe.
  case splice
  /// splice(2) twice, through a pipe of ours.
  case spliceThroughPipe
  /// sendfile(2), from the page cache.
  case sendFile
  /// recv(2) with `MSG_TRUNC`: what goes to /dev/null is not copied at all.
  case discard

  /// The descriptors between which pages can move.
  struct Pages {
    let source: DescriptorStream
    let sink: DescriptorStream
  }

  /// - Parameters:
  ///   - source, sink: their ``ByteStream/pages``.
  ///   - mustCopy: something sees, changes or orders the bytes, so they have to come to us.
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
    // Pages know no message boundaries.
    if mustCopy || source.keepsMessageBoundaries || sink.keepsMessageBoundaries { return .copy }
    if !sink.takesPages { return .copy }
    if !source.canSplice && !source.mustBeAsked || !sink.canSplice { return .copy }
    switch (source.kind, sink.kind) {
    case (.socket, .socket): return .spliceThroughPipe
    case _ where source.mustBeAsked: return .copy
    case (.pipe, .socket), (.socket, .pipe): return .splice
    case (.regularFile, .socket): return .sendFile
    case (.socket, .null) where source.canDiscard: return .discard
    // A file that is always appended to refuses pages.
    case (.socket, .regularFile): return sink.descriptor.isAppending ? .copy : .spliceThroughPipe
    // Memory of devices, keystrokes, and everything else that the kernel has no pages for to give away.
    default: return .copy
    }
  }
}
