import Glibc
import SocketLoop
import Sockets
import Transfer

/// `file:PATH` and `append:PATH`: a file that is read from its beginning, or written.
struct FileEnd: EndMeaning {
  enum Use { case read, write, append }

  let path: String
  let use: Use

  /// `file:` is read on the left, and written on the right, as the two operands of cp(1).
  init(_ text: EndText, appends: Bool) throws(OperationError) {
    path = try text.required("file", such: "\(text.word)/tmp/data")
    use = appends ? .append : text.place == .left ? .read : .write
  }

  func prepare(_ context: EndContext) async throws(OperationError) -> any EndSource {
    let source = FileSource(self)
    if use == .write { try refuseOverwriting() }
    // Opened once ahead, to fail before a peer has come.
    Descriptor(try source.open().release()).close()
    return source
  }

  /// Fails if there is something to lose.
  private func refuseOverwriting() throws(OperationError) {
    guard let status = FileSystem.status(of: Array(path.utf8CString), followsLink: true),
      status.st_mode & S_IFMT == S_IFREG,
      status.st_size > 0
    else { return }
    throw OperationError(
      .cannotCreate,
      "\(path) is not empty, and would be overwritten: write append:\(path) to add to it, or file:\(path) on the left to send it"
    )
  }
}

@LoopActor
private final class FileSource: EndSource {
  private let end: FileEnd

  init(_ end: FileEnd) { self.end = end }

  /// Several writers of one file would overwrite each other.
  var uses: EndUses { end.use == .write ? .once : .many }

  func open() throws(OperationError) -> OwnedDescriptor {
    do throws(SystemError) {
      switch end.use {
      case .read: return try .open(end.path, O_RDONLY)
      case .write: return try .open(end.path, O_WRONLY | O_CREAT)
      case .append: return try .open(end.path, O_WRONLY | O_CREAT | O_APPEND)
      }
    } catch {
      let isMissing = end.use == .read && error.number == .noEntry
      throw OperationError(
        isMissing ? .usage : error.number == .permissionDenied ? .notPermitted : .cannotCreate,
        "cannot open \(end.path): \(error.number)", errorNumber: error.number)
    }
  }

  func open(for partner: EndPartner?) async throws(OperationError) -> OpenEnd {
    let file = try DescriptorStream.of(try open())
    return try OpenEnd.opening(.named((end.use == .append ? "append:" : "file:") + end.path)) {
      () throws(SystemError) in
      if end.use == .read { return Relay.Side(input: file, output: try .null(), watchesOutput: false) }
      return Relay.Side(input: nil, output: file, watchesOutput: false)
    }
  }
}
